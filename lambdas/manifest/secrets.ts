interface SecretDefinition {
  readonly description: string;
  /** How its keys are replaced: by a rotation Lambda on a schedule, or by an operator, and why. */
  readonly rotation: { readonly by: 'schedule' } | { readonly by: 'hand'; readonly because: string };
}

/** The key rings, each one secret. */
export const secrets = {
  signingKeys: {
    description: 'Signing key ring: retired public keys, current and next key',
    rotation: { by: 'schedule' },
  },
  refreshKeys: { description: 'MAC keys of refresh tokens', rotation: { by: 'schedule' } },
  mailKeys: {
    description: 'MAC keys of mailed tokens',
    rotation: {
      by: 'hand',
      because:
        'Keys are only ever added: an undo link lives seven days, and a suppressed address is known by its key alone.',
    },
  },
  credentialKeys: {
    description: 'Password pepper, and what protects factors',
    rotation: {
      by: 'hand',
      because: 'Versions are only ever added: a password hash or a factor is lost with the key it was made under.',
    },
  },
} as const satisfies Record<string, SecretDefinition>;

export type SecretName = keyof typeof secrets;

/** Every kind of thing in the Grants table. The key of one begins with its kind, which no other begins with. */
export type GrantKind = 'mfa' | 'webauthn' | 'reset' | 'email-change' | 'totp-enrolment';

export const grantKey = (kind: GrantKind, id: string) => `${kind}#${id}`;

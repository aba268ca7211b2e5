/** How a deployment is found from outside: stack names and output keys, shared by the CDK app, the CLI and the scripts. */
export interface DeploymentId {
  /** Name prefix, so that several deployments fit one account. */
  readonly prefix: string;
  readonly stage: string;
}

export const defaultPrefix = 'gatehouse';

/** Stateful resources live in the `data` stack, all others in the `api` stack. */
export function stackNames({ prefix, stage }: DeploymentId): { readonly data: string; readonly api: string } {
  return { data: `${prefix}-${stage}-data`, api: `${prefix}-${stage}-api` };
}

type OutputKind = 'Table' | 'Function' | 'Secret';

/** The output key of a named resource: `Table` + `Accounts`, `Function` + `signIn` → `FunctionSignIn`. Its value is the physical name (a secret's: its ARN). */
export function outputKey(kind: OutputKind, name: string): string {
  return `${kind}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** The outputs there is one of. */
export const outputKeys = {
  apiUrl: 'ApiUrl',
  issuer: 'Issuer',
  auditBucket: 'AuditBucket',
  auditChain: 'AuditChain',
  revocationBoundSeconds: 'RevocationBoundSeconds',
  passwordMinimumLength: 'PasswordMinimumLength',
  passwordPepper: 'PasswordPepper',
} as const;

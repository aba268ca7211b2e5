import type { LambdaName } from '../../lambdas/contract/lambdas.ts';

export interface FunctionSettings {
  readonly description: string;
  /** CPU comes with memory: 1,769 MB is one whole vCPU, which is what a password hash needs. */
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Whether the bundle holds the native password hash. */
  readonly hashesPasswords?: true;
  /** Whether the filter of common passwords lies beside the bundle. */
  readonly setsPasswords?: true;
}

const request = { memoryMb: 1024, timeoutSeconds: 10 };

export const functionSettings = {
  authorizer: { ...request, description: 'Turns an access token into a principal' },
  wellKnown: { ...request, memoryMb: 512, description: 'Health and the published keys' },
  registration: {
    ...request,
    memoryMb: 1769,
    hashesPasswords: true,
    setsPasswords: true,
    description: 'Registration and e-mail verification',
  },
  recovery: {
    ...request,
    memoryMb: 1769,
    hashesPasswords: true,
    setsPasswords: true,
    description: 'Password reset and change of address by mailed links',
  },
  account: {
    ...request,
    memoryMb: 1769,
    hashesPasswords: true,
    setsPasswords: true,
    description: 'Change of password and address, and erasure, by the account’s owner',
  },
  eraser: { memoryMb: 512, timeoutSeconds: 60, description: 'Goes on with erasures that were interrupted' },
  signIn: { ...request, memoryMb: 1769, hashesPasswords: true, description: 'Sign-in with a password' },
  factorSignIn: {
    ...request,
    memoryMb: 1769,
    hashesPasswords: true,
    description: 'Sign-in with a second factor or a passkey, and step-up',
  },
  factors: { ...request, description: 'Enrolment and administration of second factors' },
  refresh: { ...request, description: 'Refresh token rotation' },
  session: { ...request, description: 'Sign-out, profile and sessions' },
  mailer: { memoryMb: 512, timeoutSeconds: 60, description: 'Sends what the mail outbox holds' },
  mailEvents: { memoryMb: 512, timeoutSeconds: 30, description: 'Suppresses addresses that bounce or complain' },
  auditWriter: {
    memoryMb: 512,
    timeoutSeconds: 60,
    description: 'Appends what the audit outbox holds to the audit log',
  },
  auditSweeper: { memoryMb: 512, timeoutSeconds: 55, description: 'Appends what the stream of the audit outbox lost' },
  rotateSigningKeys: { memoryMb: 1024, timeoutSeconds: 60, description: 'Rotates the signing key ring in four steps' },
  rotateRefreshKeys: { memoryMb: 512, timeoutSeconds: 60, description: 'Rotates the refresh MAC keys in four steps' },
  initializeSecrets: { memoryMb: 1024, timeoutSeconds: 60, description: 'Makes the first key rings, at deployment' },
} as const satisfies Record<LambdaName, FunctionSettings>;

/** Every Lambda there is: a handler of that name, an entry of the manifest, a function of the stack. */
export const lambdaNames = [
  'authorizer',
  'wellKnown',
  'registration',
  'recovery',
  'account',
  'eraser',
  'signIn',
  'factorSignIn',
  'factors',
  'refresh',
  'session',
  'mailer',
  'mailSweeper',
  'mailEvents',
  'auditWriter',
  'auditSweeper',
  'rotateSigningKeys',
  'rotateRefreshKeys',
  'initializeSecrets',
  'addSweepKeys',
] as const;

export type LambdaName = (typeof lambdaNames)[number];

import type { LambdaName } from './contract/lambdas.ts';

/**
 * The one typed environment. `lib/` must provide, for each function, exactly the variables listed here (it takes
 * `EnvironmentOf<…>` as a type), and a handler can read no others: drift does not compile.
 */
const common = ['GATEHOUSE_STAGE', 'GATEHOUSE_VERSION', 'POWERTOOLS_SERVICE_NAME', 'POWERTOOLS_LOG_LEVEL'] as const;

/** How requests from browsers are told apart: the issuer's own origin and `ALLOWED_ORIGINS` (space-separated). */
const http = [...common, 'ISSUER', 'ALLOWED_ORIGINS'] as const;

/** What issuing tokens takes, and ending the session that they replace. Durations are seconds. */
const issuing = [
  ...http,
  'AUDIENCE',
  'ACCESS_TOKEN_TTL_SECONDS',
  'REFRESH_IDLE_TTL_SECONDS',
  'REFRESH_ABSOLUTE_TTL_SECONDS',
  'KEY_CACHE_SECONDS',
  'SIGNING_KEYS_SECRET',
  'REFRESH_KEYS_SECRET',
  'ACCOUNTS_TABLE',
  'SESSIONS_TABLE',
  'REVOCATIONS_TABLE',
  'CLOCK_LEEWAY_SECONDS',
  'AUDIT_OUTBOX_TABLE',
] as const;

/** What hashing a password takes, and what setting one does. */
const hashingPasswords = ['CREDENTIAL_KEYS_SECRET', 'PASSWORD_PEPPER'] as const;
const settingPasswords = [...hashingPasswords, 'PASSWORD_MINIMUM_LENGTH', 'COMMON_PASSWORDS_FILE'] as const;
/** What is counted, where, and how much of it is allowed: JSON of `contract/limits.ts`. */
const limits = ['LIMITS_TABLE', 'LIMITS'] as const;

/** What erasing an account takes. */
const erasing = [
  'ACCESS_TOKEN_TTL_SECONDS',
  'CLOCK_LEEWAY_SECONDS',
  'ACCOUNTS_TABLE',
  'SESSIONS_TABLE',
  'FACTORS_TABLE',
  'GRANTS_TABLE',
  'REVOCATIONS_TABLE',
  'MAIL_OUTBOX_TABLE',
  'LIMITS_TABLE',
  'AUDIT_OUTBOX_TABLE',
] as const;

const rotation = [...common, 'AUDIT_OUTBOX_TABLE'] as const;

const audit = [...common, 'AUDIT_OUTBOX_TABLE', 'AUDIT_BUCKET', 'AUDIT_CHAIN'] as const;

export const environmentNames = {
  authorizer: [
    ...common,
    'ISSUER',
    'AUDIENCE',
    'ACCESS_TOKEN_TTL_SECONDS',
    'CLOCK_LEEWAY_SECONDS',
    'KEY_CACHE_SECONDS',
    'REVOCATION_POLL_SECONDS',
    'REVOCATIONS_TABLE',
    'PUBLISHED_KEYS_TABLE',
    'AUDIT_OUTBOX_TABLE',
    'ACCOUNTS_TABLE',
    'SESSIONS_TABLE',
  ],
  wellKnown: [...http, 'KEY_CACHE_SECONDS', 'PUBLISHED_KEYS_TABLE'],
  registration: [...issuing, ...settingPasswords, ...limits, 'MAIL_KEYS_SECRET', 'MAIL_OUTBOX_TABLE', 'DEFAULT_TENANT'],
  recovery: [
    ...http,
    ...settingPasswords,
    ...limits,
    'ACCESS_TOKEN_TTL_SECONDS',
    'CLOCK_LEEWAY_SECONDS',
    'KEY_CACHE_SECONDS',
    'MAIL_KEYS_SECRET',
    'ACCOUNTS_TABLE',
    'GRANTS_TABLE',
    'REVOCATIONS_TABLE',
    'MAIL_OUTBOX_TABLE',
    'AUDIT_OUTBOX_TABLE',
  ],
  signIn: [...issuing, ...hashingPasswords, ...limits, 'MAIL_OUTBOX_TABLE'],
  refresh: [...issuing, ...limits, 'REFRESH_RETRY_WINDOW_SECONDS'],
  account: [...http, ...settingPasswords, ...limits, ...erasing, 'KEY_CACHE_SECONDS', 'MAIL_KEYS_SECRET'],
  eraser: [...common, ...erasing],
  factorSignIn: [...issuing, ...hashingPasswords, ...limits, 'FACTORS_TABLE', 'GRANTS_TABLE', 'MAIL_OUTBOX_TABLE'],
  factors: [
    ...http,
    'KEY_CACHE_SECONDS',
    'CREDENTIAL_KEYS_SECRET',
    'ACCOUNTS_TABLE',
    'FACTORS_TABLE',
    'GRANTS_TABLE',
    'AUDIT_OUTBOX_TABLE',
    'MAIL_OUTBOX_TABLE',
  ],
  session: [
    ...http,
    'ACCESS_TOKEN_TTL_SECONDS',
    'CLOCK_LEEWAY_SECONDS',
    'KEY_CACHE_SECONDS',
    'REFRESH_KEYS_SECRET',
    'ACCOUNTS_TABLE',
    'SESSIONS_TABLE',
    'REVOCATIONS_TABLE',
    'AUDIT_OUTBOX_TABLE',
  ],
  mailer: [
    ...common,
    'ISSUER',
    'MAIL_KEYS_SECRET',
    'MAIL_OUTBOX_TABLE',
    'MAIL_SUPPRESSIONS_TABLE',
    'MAIL_FROM',
    'MAIL_CONFIGURATION_SET',
  ],
  mailEvents: [...common, 'MAIL_KEYS_SECRET', 'ACCOUNTS_TABLE', 'MAIL_SUPPRESSIONS_TABLE', 'AUDIT_OUTBOX_TABLE'],
  auditWriter: [...audit],
  auditSweeper: [...audit],
  rotateSigningKeys: [
    ...rotation,
    'SIGNING_KEYS_SECRET',
    'SIGNING_ALGORITHM',
    'PUBLISHED_KEYS_TABLE',
    'REVOCATIONS_TABLE',
    'ACCESS_TOKEN_TTL_SECONDS',
    'CLOCK_LEEWAY_SECONDS',
    'KEY_CACHE_SECONDS',
  ],
  rotateRefreshKeys: [...rotation, 'REFRESH_KEYS_SECRET', 'REFRESH_ABSOLUTE_TTL_SECONDS', 'KEY_CACHE_SECONDS'],
  initializeSecrets: [
    ...rotation,
    'SIGNING_KEYS_SECRET',
    'SIGNING_ALGORITHM',
    'REFRESH_KEYS_SECRET',
    'MAIL_KEYS_SECRET',
    'CREDENTIAL_KEYS_SECRET',
    'PUBLISHED_KEYS_TABLE',
  ],
} as const satisfies Record<LambdaName, readonly string[]>;

export type EnvironmentOf<F extends LambdaName> = Readonly<Record<(typeof environmentNames)[F][number], string>>;

/** What every function has that issues tokens. */
export type IssuingEnvironment = Readonly<Record<(typeof issuing)[number], string>>;

/**
 * The environment of a function, complete or not at all.
 *
 * @throws Error naming the variables that are missing: a deployment fault, seen at the first cold start.
 */
export function readEnvironment<F extends LambdaName>(
  functionName: F,
  source: NodeJS.ProcessEnv = process.env,
): EnvironmentOf<F> {
  const names: readonly string[] = environmentNames[functionName];
  const missing = names.filter((name) => source[name] === undefined);
  if (missing.length > 0) throw new Error(`${functionName}: environment lacks ${missing.join(', ')}`);
  return Object.fromEntries(names.map((name) => [name, source[name]])) as EnvironmentOf<F>;
}

/** A variable that holds a whole number of seconds. */
export const seconds = wholeNumber;

/** A variable that holds a whole number. */
export function wholeNumber(value: string): number {
  const number = Number(value);
  if (!Number.isSafeInteger(number) || number < 0) throw new Error(`not a whole number: ${value}`);
  return number;
}

/** A variable that says whether. */
export function flag(value: string): boolean {
  if (value !== 'true' && value !== 'false') throw new Error(`neither true nor false: ${value}`);
  return value === 'true';
}

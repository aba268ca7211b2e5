import type { EnvironmentOf } from '../../lambdas/config.ts';
import type { LambdaName } from '../../lambdas/contract/lambdas.ts';
import { commonPasswordsFile } from '../../lambdas/contract/passwords.ts';
import type { DataStack } from '../data/dataStack.ts';
import { mailConfigurationSet, type Settings } from '../settings.ts';

export interface EnvironmentSources {
  readonly settings: Settings;
  readonly data: DataStack;
  readonly issuer: string;
  readonly version: string;
}

type Environments = { readonly [F in LambdaName]: EnvironmentOf<F> };

/** `Given`, unless it has a member that `Wanted` has not: object spreads escape the compiler's own check for those. */
type Exactly<Wanted, Given extends Wanted> = {
  readonly [F in keyof Given]: F extends keyof Wanted
    ? { readonly [N in keyof Given[F]]: N extends keyof Wanted[F] ? Given[F][N] : never }
    : never;
};

function exactly<Given extends Environments>(given: Given & Exactly<Environments, Given>): Environments {
  return given;
}

/** The environment of every Lambda. A variable that is missing, or that the handler cannot read, does not compile. */
export function environments({ settings, data, issuer, version }: EnvironmentSources): Environments {
  const { byName: tables } = data.tables;
  const { byName: secrets } = data.secrets;
  const common = (name: LambdaName) => ({
    GATEHOUSE_STAGE: settings.stage,
    GATEHOUSE_VERSION: version,
    POWERTOOLS_SERVICE_NAME: name,
    POWERTOOLS_LOG_LEVEL: settings.logLevel,
  });
  const http = { ISSUER: issuer, ALLOWED_ORIGINS: settings.allowedOrigins.join(' ') };
  const audience = { AUDIENCE: `${issuer}/api` };
  const accessTokenTtl = { ACCESS_TOKEN_TTL_SECONDS: `${settings.accessTokenTtlSeconds}` };
  const keyCache = { KEY_CACHE_SECONDS: `${settings.keyCacheSeconds}` };
  const leeway = { CLOCK_LEEWAY_SECONDS: `${settings.clockLeewaySeconds}` };
  const refreshAbsoluteTtl = { REFRESH_ABSOLUTE_TTL_SECONDS: `${settings.refreshAbsoluteTtlSeconds}` };
  const algorithm = { SIGNING_ALGORITHM: settings.signingAlgorithm };
  const signingKeys = { SIGNING_KEYS_SECRET: secrets.signingKeys.attrId };
  const refreshKeys = { REFRESH_KEYS_SECRET: secrets.refreshKeys.attrId };
  const mailKeys = { MAIL_KEYS_SECRET: secrets.mailKeys.attrId };
  const credentialKeys = { CREDENTIAL_KEYS_SECRET: secrets.credentialKeys.attrId };
  const hashingPasswords = { ...credentialKeys, PASSWORD_PEPPER: `${settings.passwordPepper}` };
  const settingPasswords = {
    ...hashingPasswords,
    PASSWORD_MINIMUM_LENGTH: `${settings.passwordMinimumLength}`,
    COMMON_PASSWORDS_FILE: `./${commonPasswordsFile}`,
  };
  const accounts = { ACCOUNTS_TABLE: tables.Accounts.tableName };
  const sessions = { SESSIONS_TABLE: tables.Sessions.tableName };
  const factors = { FACTORS_TABLE: tables.Factors.tableName };
  const grants = { GRANTS_TABLE: tables.Grants.tableName };
  const revocations = { REVOCATIONS_TABLE: tables.Revocations.tableName };
  const publishedKeys = { PUBLISHED_KEYS_TABLE: tables.PublishedKeys.tableName };
  const auditOutbox = { AUDIT_OUTBOX_TABLE: tables.AuditOutbox.tableName };
  const mailSuppressions = { MAIL_SUPPRESSIONS_TABLE: tables.MailSuppressions.tableName };
  const mailOutbox = { MAIL_OUTBOX_TABLE: tables.MailOutbox.tableName };
  const limitsTable = { LIMITS_TABLE: tables.Limits.tableName };
  const limits = { ...limitsTable, LIMITS: JSON.stringify(settings.limits) };
  const issuing = {
    ...http,
    ...audience,
    ...accessTokenTtl,
    ...refreshAbsoluteTtl,
    ...keyCache,
    ...signingKeys,
    ...refreshKeys,
    ...accounts,
    ...sessions,
    ...revocations,
    ...leeway,
    ...auditOutbox,
    REFRESH_IDLE_TTL_SECONDS: `${settings.refreshIdleTtlSeconds}`,
  };
  const erasing = {
    ...accessTokenTtl,
    ...leeway,
    ...accounts,
    ...sessions,
    ...factors,
    ...grants,
    ...revocations,
    ...mailOutbox,
    ...limitsTable,
    ...auditOutbox,
  };
  const auditLog = {
    ...auditOutbox,
    AUDIT_BUCKET: data.audit.bucket.bucketName,
    AUDIT_CHAIN: settings.auditChain,
  };
  return exactly({
    authorizer: {
      ...common('authorizer'),
      ...audience,
      ...accessTokenTtl,
      ...leeway,
      ...keyCache,
      ...revocations,
      ...publishedKeys,
      ...accounts,
      ...sessions,
      ...auditOutbox,
      ISSUER: issuer,
      REVOCATION_POLL_SECONDS: `${settings.revocationPollSeconds}`,
    },
    wellKnown: { ...common('wellKnown'), ...http, ...keyCache, ...publishedKeys },
    registration: {
      ...common('registration'),
      ...issuing,
      ...settingPasswords,
      ...mailKeys,
      ...mailOutbox,
      ...limits,
      DEFAULT_TENANT: settings.defaultTenant,
    },
    recovery: {
      ...common('recovery'),
      ...http,
      ...settingPasswords,
      ...limits,
      ...accessTokenTtl,
      ...leeway,
      ...keyCache,
      ...mailKeys,
      ...accounts,
      ...grants,
      ...revocations,
      ...mailOutbox,
      ...auditOutbox,
    },
    signIn: { ...common('signIn'), ...issuing, ...hashingPasswords, ...mailOutbox, ...limits },
    account: {
      ...common('account'),
      ...http,
      ...settingPasswords,
      ...limits,
      ...erasing,
      ...keyCache,
      ...mailKeys,
    },
    eraser: { ...common('eraser'), ...erasing },
    factorSignIn: {
      ...common('factorSignIn'),
      ...issuing,
      ...hashingPasswords,
      ...limits,
      ...factors,
      ...grants,
      ...mailOutbox,
    },
    factors: {
      ...common('factors'),
      ...http,
      ...keyCache,
      ...credentialKeys,
      ...accounts,
      ...factors,
      ...grants,
      ...auditOutbox,
      ...mailOutbox,
    },
    refresh: {
      ...common('refresh'),
      ...issuing,
      ...limits,
      REFRESH_RETRY_WINDOW_SECONDS: `${settings.refreshRetryWindowSeconds}`,
    },
    session: {
      ...common('session'),
      ...http,
      ...accessTokenTtl,
      ...leeway,
      ...keyCache,
      ...refreshKeys,
      ...accounts,
      ...sessions,
      ...revocations,
      ...auditOutbox,
    },
    mailer: {
      ...common('mailer'),
      ...mailKeys,
      ...mailOutbox,
      ...mailSuppressions,
      ISSUER: issuer,
      MAIL_FROM: settings.mailFrom,
      MAIL_CONFIGURATION_SET: mailConfigurationSet(settings),
    },
    mailEvents: { ...common('mailEvents'), ...mailKeys, ...accounts, ...mailSuppressions, ...auditOutbox },
    auditWriter: { ...common('auditWriter'), ...auditLog },
    auditSweeper: { ...common('auditSweeper'), ...auditLog },
    rotateSigningKeys: {
      ...common('rotateSigningKeys'),
      ...signingKeys,
      ...algorithm,
      ...publishedKeys,
      ...revocations,
      ...auditOutbox,
      ...accessTokenTtl,
      ...leeway,
      ...keyCache,
    },
    rotateRefreshKeys: {
      ...common('rotateRefreshKeys'),
      ...refreshKeys,
      ...refreshAbsoluteTtl,
      ...keyCache,
      ...auditOutbox,
    },
    initializeSecrets: {
      ...common('initializeSecrets'),
      ...signingKeys,
      ...refreshKeys,
      ...mailKeys,
      ...credentialKeys,
      ...algorithm,
      ...publishedKeys,
      ...auditOutbox,
    },
  });
}

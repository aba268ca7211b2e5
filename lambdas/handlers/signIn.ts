import { Logger } from '@aws-lambda-powertools/logger';
import { createForeignHasher } from '../clients/foreignHasher.ts';
import { readEnvironment, seconds } from '../config.ts';
import { parseLimits } from '../contract/limits.ts';
import { systemClock as clock } from '../core/clock.ts';
import { errorNames } from '../core/errors.ts';
import { login } from '../endpoints/login.ts';
import { createEndPreviousSession } from '../flows/endPreviousSession.ts';
import { createRehash } from '../flows/rehashPassword.ts';
import { httpHandler } from '../middleware/httpHandler.ts';
import { createAccounts } from '../stores/accounts.ts';
import { createAuditOutbox } from '../stores/auditOutbox.ts';
import { createDocumentClient } from '../stores/client.ts';
import { createLimitReturns } from '../stores/limitReturns.ts';
import { createLimits } from '../stores/limits.ts';
import { createMacKeys } from '../stores/macKeys.ts';
import { createPasswordHashes } from '../stores/passwordHashes.ts';
import { createSessionRevocation } from '../stores/sessionRevocation.ts';
import { createSessionStarts } from '../stores/sessionStarts.ts';
import { createSigningKeys } from '../stores/signingKeys.ts';
import { passwordHasher } from './passwords.ts';
import { httpOptions, revocationLifetime, sessionTables, tokenSettings } from './settings.ts';

const env = readEnvironment('signIn');
const client = createDocumentClient();
const cacheSeconds = seconds(env.KEY_CACHE_SECONDS);

const logger = new Logger();
const credentialKeys = createMacKeys({ secretId: env.CREDENTIAL_KEYS_SECRET, cacheSeconds, clock });
const hasher = passwordHasher(env, { credentialKeys, foreign: createForeignHasher() });
const revocation = createSessionRevocation({
  client,
  tables: { ...sessionTables(env), revocations: env.REVOCATIONS_TABLE },
  lifetime: revocationLifetime(env),
});

export const handler = httpHandler(httpOptions(env), {
  login: login({
    accounts: createAccounts({ client, table: env.ACCOUNTS_TABLE }),
    sessions: createSessionStarts({ client, tables: { ...sessionTables(env), mailOutbox: env.MAIL_OUTBOX_TABLE } }),
    audit: createAuditOutbox({ client, table: env.AUDIT_OUTBOX_TABLE }),
    hasher,
    rehash: createRehash({
      hasher,
      passwordHashes: createPasswordHashes({ client, tables: sessionTables(env) }),
      clock,
      failed: (error) => logger.warn('password not rehashed', { error: errorNames(error) }),
    }),
    limits: createLimits({ client, table: env.LIMITS_TABLE, limits: parseLimits(env.LIMITS), clock }),
    limitReturns: createLimitReturns({ client, table: env.LIMITS_TABLE }),
    signingKeys: createSigningKeys({ secretId: env.SIGNING_KEYS_SECRET, cacheSeconds, clock }),
    refreshKeys: createMacKeys({ secretId: env.REFRESH_KEYS_SECRET, cacheSeconds, clock }),
    credentialKeys,
    endPreviousSession: createEndPreviousSession({ revocation, clock }),
    settings: tokenSettings(env),
    clock,
  }),
});

import { Logger } from '@aws-lambda-powertools/logger';
import { createForeignHasher } from '../clients/passwords/foreignHasher.ts';
import { readEnvironment, seconds } from '../config.ts';
import { parseLimits } from '../contract/limits.ts';
import { systemClock as clock } from '../core/common/clock.ts';
import { errorNames } from '../core/common/errors.ts';
import { login } from '../endpoints/signIn.ts';
import { createEndPreviousSession } from '../flows/signIn/endPreviousSession.ts';
import { createRehash } from '../flows/signIn/rehashPassword.ts';
import { httpHandler } from '../http/httpHandler.ts';
import { createAccounts } from '../stores/accounts/accounts.ts';
import { createAuditOutbox } from '../stores/audit/auditOutbox.ts';
import { createDocumentClient } from '../stores/dynamo/client.ts';
import { createMacKeys } from '../stores/keys/macKeys.ts';
import { createSigningKeys } from '../stores/keys/signingKeys.ts';
import { createLimitCounter } from '../stores/limits/limitCounter.ts';
import { createLimitRefunds } from '../stores/limits/limitRefunds.ts';
import { createPasswordHashes } from '../stores/passwords/passwordHashes.ts';
import { createSessionRevocation } from '../stores/sessions/sessionRevocation.ts';
import { createSessionStarts } from '../stores/sessions/sessionStarts.ts';
import { passwordHasher } from './wiring/passwords.ts';
import { httpOptions, revocationLifetime, sessionTables, tokenSettings } from './wiring/settings.ts';

const env = readEnvironment('signIn');
const client = createDocumentClient();
const cacheSeconds = seconds(env.KEY_CACHE_SECONDS);

const logger = new Logger();
const credentialKeys = createMacKeys({ secretId: env.CREDENTIAL_KEYS_SECRET, cacheSeconds, clock });
const hasher = passwordHasher(env, { credentialKeys, foreign: createForeignHasher() });
const accounts = createAccounts({ client, table: env.ACCOUNTS_TABLE });
const revocation = createSessionRevocation({
  client,
  tables: { ...sessionTables(env), revocations: env.REVOCATIONS_TABLE },
  lifetime: revocationLifetime(env),
});

export const handler = httpHandler(httpOptions(env), {
  login: login({
    accounts,
    sessions: createSessionStarts({ client, tables: { ...sessionTables(env), mailOutbox: env.MAIL_OUTBOX_TABLE } }),
    audit: createAuditOutbox({ client, table: env.AUDIT_OUTBOX_TABLE }),
    hasher,
    rehash: createRehash({
      hasher,
      passwordHashes: createPasswordHashes({ client, tables: sessionTables(env) }),
      clock,
      failed: (error) => logger.warn('password not rehashed', { error: errorNames(error) }),
    }),
    limits: createLimitCounter({ client, table: env.LIMITS_TABLE, limits: parseLimits(env.LIMITS), clock }),
    limitRefunds: createLimitRefunds({ client, table: env.LIMITS_TABLE }),
    signingKeys: createSigningKeys({ secretId: env.SIGNING_KEYS_SECRET, cacheSeconds, clock }),
    refreshKeys: createMacKeys({ secretId: env.REFRESH_KEYS_SECRET, cacheSeconds, clock }),
    credentialKeys,
    endPreviousSession: createEndPreviousSession({ accounts, revocation, clock }),
    settings: tokenSettings(env),
    clock,
  }),
});

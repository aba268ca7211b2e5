import { Logger } from '@aws-lambda-powertools/logger';
import { readEnvironment, seconds } from '../config.ts';
import { systemClock as clock } from '../core/clock.ts';
import { errorNames } from '../core/errors.ts';
import { login } from '../endpoints/login.ts';
import { createRehash } from '../flows/rehashPassword.ts';
import { httpHandler } from '../middleware/httpHandler.ts';
import { createAccounts } from '../stores/accounts.ts';
import { createAuditOutbox } from '../stores/auditOutbox.ts';
import { createDocumentClient } from '../stores/client.ts';
import { createMacKeys } from '../stores/macKeys.ts';
import { createPasswordHashes } from '../stores/passwordHashes.ts';
import { createSessions } from '../stores/sessions.ts';
import { createSigningKeys } from '../stores/signingKeys.ts';
import { passwordHasher } from './passwords.ts';
import { httpOptions, sessionTables, tokenSettings } from './settings.ts';

const env = readEnvironment('signIn');
const client = createDocumentClient();
const cacheSeconds = seconds(env.KEY_CACHE_SECONDS);

const logger = new Logger();
const hasher = passwordHasher(env, { clock });

export const handler = httpHandler(httpOptions(env), {
  login: login({
    accounts: createAccounts({ client, table: env.ACCOUNTS_TABLE }),
    sessions: createSessions({ client, tables: sessionTables(env) }),
    audit: createAuditOutbox({ client, table: env.AUDIT_OUTBOX_TABLE }),
    hasher,
    rehash: createRehash({
      hasher,
      passwordHashes: createPasswordHashes({ client, tables: sessionTables(env) }),
      clock,
      failed: (error) => logger.warn('password not rehashed', { error: errorNames(error) }),
    }),
    signingKeys: createSigningKeys({ secretId: env.SIGNING_KEYS_SECRET, cacheSeconds, clock }),
    refreshKeys: createMacKeys({ secretId: env.REFRESH_KEYS_SECRET, cacheSeconds, clock }),
    settings: tokenSettings(env),
    clock,
  }),
});

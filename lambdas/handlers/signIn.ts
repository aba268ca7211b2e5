import { createPasswordHasher } from '../clients/passwordHasher.ts';
import { readEnvironment, seconds } from '../config.ts';
import { systemClock as clock } from '../core/clock.ts';
import { login } from '../endpoints/login.ts';
import { httpHandler } from '../middleware/httpHandler.ts';
import { createAccounts } from '../stores/accounts.ts';
import { createAuditOutbox } from '../stores/auditOutbox.ts';
import { createDocumentClient } from '../stores/client.ts';
import { createMacKeys } from '../stores/macKeys.ts';
import { createSessions } from '../stores/sessions.ts';
import { createSigningKeys } from '../stores/signingKeys.ts';
import { httpOptions, sessionTables, tokenSettings } from './settings.ts';

const env = readEnvironment('signIn');
const client = createDocumentClient();
const cacheSeconds = seconds(env.KEY_CACHE_SECONDS);

export const handler = httpHandler(httpOptions(env), {
  login: login({
    accounts: createAccounts({ client, table: env.ACCOUNTS_TABLE }),
    sessions: createSessions({ client, tables: sessionTables(env) }),
    audit: createAuditOutbox({ client, table: env.AUDIT_OUTBOX_TABLE }),
    hasher: createPasswordHasher(),
    signingKeys: createSigningKeys({ secretId: env.SIGNING_KEYS_SECRET, cacheSeconds, clock }),
    refreshKeys: createMacKeys({ secretId: env.REFRESH_KEYS_SECRET, cacheSeconds, clock }),
    settings: tokenSettings(env),
    clock,
  }),
});

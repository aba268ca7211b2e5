import { createForeignHasher } from '../clients/passwords/foreignHasher.ts';
import { readEnvironment, seconds } from '../config.ts';
import { parseLimits } from '../contract/limits.ts';
import { systemClock as clock } from '../core/common/clock.ts';
import { changeEmail, deleteMe } from '../endpoints/accounts.ts';
import { changePassword } from '../endpoints/passwords.ts';
import { httpHandler } from '../http/httpHandler.ts';
import { createAccounts } from '../stores/accounts/accounts.ts';
import { createEmailChangeRequests } from '../stores/accounts/emailChanges.ts';
import { createAuditOutbox } from '../stores/audit/auditOutbox.ts';
import { createDocumentClient } from '../stores/dynamo/client.ts';
import { createMacKeys } from '../stores/keys/macKeys.ts';
import { createLimitCounter } from '../stores/limits/limitCounter.ts';
import { createLimitRefunds } from '../stores/limits/limitRefunds.ts';
import { createPasswordChanges } from '../stores/passwords/passwordChanges.ts';
import { createSessionRevocation } from '../stores/sessions/sessionRevocation.ts';
import { createSessions } from '../stores/sessions/sessions.ts';
import { erasing } from './wiring/erasing.ts';
import { passwordHasher, passwordPolicy } from './wiring/passwords.ts';
import { httpOptions, revocationLifetime, sessionTables } from './wiring/settings.ts';

const env = readEnvironment('account');
const client = createDocumentClient();
const cacheSeconds = seconds(env.KEY_CACHE_SECONDS);
const credentialKeys = createMacKeys({ secretId: env.CREDENTIAL_KEYS_SECRET, cacheSeconds, clock });
const tables = {
  ...sessionTables(env),
  grants: env.GRANTS_TABLE,
  revocations: env.REVOCATIONS_TABLE,
  mailOutbox: env.MAIL_OUTBOX_TABLE,
};
const lifetime = revocationLifetime(env);
const accounts = createAccounts({ client, table: tables.accounts });
const limiting = {
  limits: createLimitCounter({ client, table: env.LIMITS_TABLE, limits: parseLimits(env.LIMITS), clock }),
  audit: createAuditOutbox({ client, table: tables.auditOutbox }),
  clock,
};

const currentPassword = {
  ...limiting,
  limitRefunds: createLimitRefunds({ client, table: env.LIMITS_TABLE }),
  hasher: passwordHasher(env, { credentialKeys, foreign: createForeignHasher() }),
};

export const handler = httpHandler(httpOptions(env), {
  changePassword: changePassword({
    ...currentPassword,
    accounts,
    sessions: createSessions({ client, tables }),
    changes: createPasswordChanges({ client, tables, lifetime }),
    revocation: createSessionRevocation({ client, tables, lifetime }),
    passwordPolicy: passwordPolicy(env),
  }),
  changeEmail: changeEmail({
    ...limiting,
    accounts,
    emailChanges: createEmailChangeRequests({ client, tables }),
    mailKeys: createMacKeys({ secretId: env.MAIL_KEYS_SECRET, cacheSeconds, clock }),
    credentialKeys,
  }),
  deleteMe: deleteMe({ ...currentPassword, ...erasing(env, { client, clock }) }),
});

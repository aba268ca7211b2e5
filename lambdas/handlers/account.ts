import { createForeignHasher } from '../clients/passwords/foreignHasher.ts';
import { changeEmail, deleteMe } from '../endpoints/accounts.ts';
import { changePassword } from '../endpoints/passwords.ts';
import { httpHandler } from '../http/httpHandler.ts';
import { readEnvironment } from '../manifest/environment.ts';
import { createAccounts } from '../stores/accounts/accounts.ts';
import { createEmailChangeRequests } from '../stores/accounts/emailChanges.ts';
import { createLimitRefunds } from '../stores/limits/limitRefunds.ts';
import { createPasswordChanges } from '../stores/passwords/passwordChanges.ts';
import { createDevicePairs } from '../stores/sessions/devicePairs.ts';
import { createSessionRevocation } from '../stores/sessions/sessionRevocation.ts';
import { createSessions } from '../stores/sessions/sessions.ts';
import { documentClient } from './wiring/documentClient.ts';
import { erasing } from './wiring/erasing.ts';
import { limiting } from './wiring/limiting.ts';
import { macKeysOf } from './wiring/macKeys.ts';
import { passwordHasher, passwordPolicy } from './wiring/passwords.ts';
import { revocationLifetime } from './wiring/settings.ts';

const env = readEnvironment('account');
const client = documentClient();
const { tables, secrets } = env;
const macKeys = macKeysOf(env);
const credentialKeys = macKeys(secrets.credentialKeys);
const lifetime = revocationLifetime(env);
const limited = limiting(env, client);
const accounts = createAccounts({ client, table: tables.accounts });
const currentPassword = {
  ...limited,
  limitRefunds: createLimitRefunds({ client, table: tables.limits }),
  hasher: passwordHasher(env, { credentialKeys, foreign: createForeignHasher() }),
};

export const handler = httpHandler(env, {
  changePassword: changePassword({
    ...currentPassword,
    accounts,
    sessions: createSessions({ client, tables }),
    devicePairs: createDevicePairs({ client, tables }),
    changes: createPasswordChanges({ client, tables, lifetime }),
    revocation: createSessionRevocation({ client, tables, lifetime }),
    passwordPolicy: passwordPolicy(env),
  }),
  changeEmail: changeEmail({
    ...currentPassword,
    accounts,
    emailChanges: createEmailChangeRequests({ client, tables }),
    mailKeys: macKeys(secrets.mailKeys),
    credentialKeys,
  }),
  deleteMe: deleteMe({ ...currentPassword, ...erasing(env, client) }),
});

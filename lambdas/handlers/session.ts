import { me } from '../endpoints/accounts.ts';
import { csrf, listSessions, logout, logoutEverywhere, revokeSession } from '../endpoints/sessions.ts';
import { httpHandler } from '../http/httpHandler.ts';
import { readEnvironment } from '../manifest/environment.ts';
import { createAccounts } from '../stores/accounts/accounts.ts';
import { createSessionRevocation } from '../stores/sessions/sessionRevocation.ts';
import { createSessions } from '../stores/sessions/sessions.ts';
import { documentClient } from './wiring/documentClient.ts';
import { limiting } from './wiring/limiting.ts';
import { macKeysOf } from './wiring/macKeys.ts';
import { revocationLifetime } from './wiring/settings.ts';

const env = readEnvironment('session');
const client = documentClient();
const { tables } = env;
const accounts = createAccounts({ client, table: tables.accounts });
const signOut = {
  ...limiting(env, client),
  accounts,
  revocation: createSessionRevocation({ client, tables, lifetime: revocationLifetime(env) }),
  refreshKeys: macKeysOf(env)(env.secrets.refreshKeys),
};

export const handler = httpHandler(env, {
  logout: logout(signOut),
  logoutEverywhere: logoutEverywhere(signOut),
  csrf: csrf(),
  me: me({ accounts }),
  listSessions: listSessions({ accounts, sessions: createSessions({ client, tables }), clock: signOut.clock }),
  revokeSession: revokeSession(signOut),
});

import { readEnvironment, seconds } from '../config.ts';
import { systemClock as clock } from '../core/common/clock.ts';
import { me } from '../endpoints/accounts.ts';
import { csrf, listSessions, logout, logoutEverywhere, revokeSession } from '../endpoints/sessions.ts';
import { httpHandler } from '../http/httpHandler.ts';
import { createAccounts } from '../stores/accounts/accounts.ts';
import { createDocumentClient } from '../stores/dynamo/client.ts';
import { createMacKeys } from '../stores/keys/macKeys.ts';
import { createSessionRevocation } from '../stores/sessions/sessionRevocation.ts';
import { createSessions } from '../stores/sessions/sessions.ts';
import { httpOptions, revocationLifetime, sessionTables } from './wiring/settings.ts';

const env = readEnvironment('session');
const client = createDocumentClient();
const tables = { ...sessionTables(env), revocations: env.REVOCATIONS_TABLE };
const accounts = createAccounts({ client, table: tables.accounts });
const signOut = {
  accounts,
  revocation: createSessionRevocation({
    client,
    tables,
    lifetime: revocationLifetime(env),
  }),
  refreshKeys: createMacKeys({
    secretId: env.REFRESH_KEYS_SECRET,
    cacheSeconds: seconds(env.KEY_CACHE_SECONDS),
    clock,
  }),
  clock,
};

export const handler = httpHandler(httpOptions(env), {
  logout: logout(signOut),
  logoutEverywhere: logoutEverywhere(signOut),
  csrf: csrf(),
  me: me({ accounts }),
  listSessions: listSessions({ accounts, sessions: createSessions({ client, tables }), clock }),
  revokeSession: revokeSession(signOut),
});

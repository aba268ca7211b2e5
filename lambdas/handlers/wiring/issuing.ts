import { errorNames } from '../../core/common/errors.ts';
import { createEndPreviousSessions } from '../../flows/signIn/endPreviousSessions.ts';
import { createLimitSessions } from '../../flows/signIn/limitSessions.ts';
import { createLogger } from '../../http/telemetry/logger.ts';
import type { EnvironmentOf } from '../../manifest/environment.ts';
import { createAccounts } from '../../stores/accounts/accounts.ts';
import type { DocumentClient } from '../../stores/dynamo/client.ts';
import { createSigningKeys } from '../../stores/keys/signingKeys.ts';
import { createSessionRevocation } from '../../stores/sessions/sessionRevocation.ts';
import { createSessions } from '../../stores/sessions/sessions.ts';
import { limiting } from './limiting.ts';
import { macKeysOf } from './macKeys.ts';
import { revocationLifetime, tokenSettings } from './settings.ts';

/** What every sign-in takes: its limits, its keys, and the end of the session that it replaces. */
export function issuing(env: EnvironmentOf<'signIn'>, client: DocumentClient) {
  const { tables, secrets, keyCacheSeconds: cacheSeconds } = env;
  const limited = limiting(env, client);
  const { clock } = limited;
  const macKeys = macKeysOf(env);
  const logger = createLogger();
  const accounts = createAccounts({ client, table: tables.accounts });
  const revocation = createSessionRevocation({ client, tables, lifetime: revocationLifetime(env) });
  return {
    ...limited,
    accounts,
    signingKeys: createSigningKeys({ secretId: secrets.signingKeys, cacheSeconds, clock }),
    refreshKeys: macKeys(secrets.refreshKeys),
    credentialKeys: macKeys(secrets.credentialKeys),
    endPreviousSessions: createEndPreviousSessions({
      accounts,
      revocation,
      clock,
      failed: (error) => logger.warn('previous session not ended', { error: errorNames(error) }),
    }),
    limitSessions: createLimitSessions({
      sessions: createSessions({ client, tables }),
      revocation,
      clock,
      failed: (error) => logger.warn('surplus sessions not ended', { error: errorNames(error) }),
    }),
    settings: tokenSettings(env),
  };
}

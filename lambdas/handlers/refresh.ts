import { refresh } from '../endpoints/sessions.ts';
import { httpHandler } from '../http/httpHandler.ts';
import { metricEmitter } from '../http/telemetry/metrics.ts';
import { readEnvironment } from '../manifest/environment.ts';
import { createSigningKeys } from '../stores/keys/signingKeys.ts';
import { createRefreshRotation } from '../stores/sessions/refreshRotation.ts';
import { createSessionReader } from '../stores/sessions/sessionReader.ts';
import { createSessionRevocation } from '../stores/sessions/sessionRevocation.ts';
import { documentClient } from './wiring/documentClient.ts';
import { limiting } from './wiring/limiting.ts';
import { macKeysOf } from './wiring/macKeys.ts';
import { revocationLifetime, tokenSettings } from './wiring/settings.ts';

const env = readEnvironment('refresh');
const client = documentClient();
const { tables, secrets, keyCacheSeconds: cacheSeconds } = env;
const limited = limiting(env, client);
const metrics = metricEmitter();

export const handler = httpHandler(env, {
  refresh: refresh({
    ...limited,
    rotation: createRefreshRotation({ client, tables }),
    sessions: createSessionReader({ client, tables }),
    revocation: createSessionRevocation({ client, tables, lifetime: revocationLifetime(env) }),
    signingKeys: createSigningKeys({ secretId: secrets.signingKeys, cacheSeconds, clock: limited.clock }),
    refreshKeys: macKeysOf(env)(secrets.refreshKeys),
    onReuse: () => metrics.emit({ RefreshTokenReuse: 1 }),
    settings: tokenSettings(env),
    retryWindowSeconds: env.refreshRetryWindowSeconds,
  }),
});

import { readEnvironment, seconds } from '../config.ts';
import { parseLimits } from '../contract/limits.ts';
import { systemClock as clock } from '../core/common/clock.ts';
import { refresh } from '../endpoints/sessions.ts';
import { httpHandler } from '../http/httpHandler.ts';
import { metricEmitter } from '../http/telemetry/metrics.ts';
import { createAuditOutbox } from '../stores/audit/auditOutbox.ts';
import { createDocumentClient } from '../stores/dynamo/client.ts';
import { createMacKeys } from '../stores/keys/macKeys.ts';
import { createSigningKeys } from '../stores/keys/signingKeys.ts';
import { createLimitCounter } from '../stores/limits/limitCounter.ts';
import { createRefreshRotation } from '../stores/sessions/refreshRotation.ts';
import { createSessionReader } from '../stores/sessions/sessionReader.ts';
import { createSessionRevocation } from '../stores/sessions/sessionRevocation.ts';
import { httpOptions, sessionTables, tokenSettings } from './wiring/settings.ts';

const env = readEnvironment('refresh');
const client = createDocumentClient();
const cacheSeconds = seconds(env.KEY_CACHE_SECONDS);
const tables = { ...sessionTables(env), revocations: env.REVOCATIONS_TABLE };
const metrics = metricEmitter();

export const handler = httpHandler(httpOptions(env), {
  refresh: refresh({
    limits: createLimitCounter({ client, table: env.LIMITS_TABLE, limits: parseLimits(env.LIMITS), clock }),
    audit: createAuditOutbox({ client, table: env.AUDIT_OUTBOX_TABLE }),
    rotation: createRefreshRotation({ client, tables }),
    sessions: createSessionReader({ client, tables }),
    revocation: createSessionRevocation({
      client,
      tables,
      lifetime: {
        accessTokenTtlSeconds: seconds(env.ACCESS_TOKEN_TTL_SECONDS),
        clockLeewaySeconds: seconds(env.CLOCK_LEEWAY_SECONDS),
      },
    }),
    signingKeys: createSigningKeys({ secretId: env.SIGNING_KEYS_SECRET, cacheSeconds, clock }),
    refreshKeys: createMacKeys({ secretId: env.REFRESH_KEYS_SECRET, cacheSeconds, clock }),
    onReuse: () => metrics.emit({ RefreshTokenReuse: 1 }),
    settings: tokenSettings(env),
    retryWindowSeconds: seconds(env.REFRESH_RETRY_WINDOW_SECONDS),
    clock,
  }),
});

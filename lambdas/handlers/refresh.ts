import { createExpectedTenants } from '../core/accounts/expectedTenants.ts';
import { systemClock as clock } from '../core/common/clock.ts';
import { refresh } from '../endpoints/sessions.ts';
import { httpHandler } from '../http/httpHandler.ts';
import { metricEmitter } from '../http/telemetry/metrics.ts';
import { readEnvironment } from '../manifest/environment.ts';
import { createAuditOutbox } from '../stores/audit/auditOutbox.ts';
import { createSigningKeys } from '../stores/keys/signingKeys.ts';
import { createRefreshRotation } from '../stores/sessions/refreshRotation.ts';
import { createSessionReader } from '../stores/sessions/sessionReader.ts';
import { createSessionRevocation } from '../stores/sessions/sessionRevocation.ts';
import { documentClient } from './wiring/documentClient.ts';
import { macKeysOf } from './wiring/macKeys.ts';
import { revocationLifetime, tokenSettings } from './wiring/settings.ts';

const env = readEnvironment('refresh');
const client = documentClient();
const { tables, secrets, keyCacheSeconds: cacheSeconds } = env;
const metrics = metricEmitter();

export const handler = httpHandler(env, {
  refresh: refresh({
    audit: createAuditOutbox({ client, table: tables.auditOutbox }),
    clock,
    rotation: createRefreshRotation({ client, tables, limit: env.limits.refreshPerSession }),
    sessions: createSessionReader({ client, tables }),
    revocation: createSessionRevocation({ client, tables, lifetime: revocationLifetime(env) }),
    tenants: createExpectedTenants(env.defaultTenant),
    signingKeys: createSigningKeys({ secretId: secrets.signingKeys, cacheSeconds, clock }),
    refreshKeys: macKeysOf(env)(secrets.refreshKeys),
    onReuse: () => metrics.emit({ RefreshTokenReuse: 1 }),
    settings: tokenSettings(env),
    retryWindowSeconds: env.refreshRetryWindowSeconds,
  }),
});

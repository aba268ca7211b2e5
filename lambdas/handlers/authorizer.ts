import { readEnvironment, seconds } from '../config.ts';
import { systemClock as clock } from '../core/common/clock.ts';
import { createVerificationKeys } from '../core/keys/verificationKeys.ts';
import { createAuthorizer } from '../endpoints/authorizer.ts';
import { createRefusalRecorder } from '../flows/steps/recordRefusal.ts';
import { authorizerTelemetry } from '../http/telemetry/authorizerTelemetry.ts';
import { createAuditOutbox } from '../stores/audit/auditOutbox.ts';
import { createDocumentClient } from '../stores/dynamo/client.ts';
import { createPublishedKeys } from '../stores/keys/publishedKeys.ts';
import { createSessionReader } from '../stores/sessions/sessionReader.ts';
import { createRevocations } from '../stores/tokens/revocations.ts';

const env = readEnvironment('authorizer');
const client = createDocumentClient();
const accessTokenTtlSeconds = seconds(env.ACCESS_TOKEN_TTL_SECONDS);
const clockLeewaySeconds = seconds(env.CLOCK_LEEWAY_SECONDS);
const outbox = createAuditOutbox({ client, table: env.AUDIT_OUTBOX_TABLE });
const telemetry = authorizerTelemetry({ record: createRefusalRecorder({ outbox, clock }) });

export const handler = createAuthorizer({
  keys: createVerificationKeys({
    read: createPublishedKeys({ client, table: env.PUBLISHED_KEYS_TABLE }).read,
    clock,
    cacheSeconds: seconds(env.KEY_CACHE_SECONDS),
    maxStaleSeconds: accessTokenTtlSeconds,
    onRefused: telemetry.keysRefused,
  }),
  revocations: createRevocations({
    client,
    table: env.REVOCATIONS_TABLE,
    clock,
    pollSeconds: seconds(env.REVOCATION_POLL_SECONDS),
    accessTokenTtlSeconds,
    clockLeewaySeconds,
  }),
  sessions: createSessionReader({
    client,
    tables: { accounts: env.ACCOUNTS_TABLE, sessions: env.SESSIONS_TABLE },
  }),
  policy: {
    issuer: env.ISSUER,
    audience: env.AUDIENCE,
    maxLifetimeSeconds: accessTokenTtlSeconds,
    clockLeewaySeconds,
  },
  clock,
  ...telemetry,
});

import { systemClock as clock } from '../core/common/clock.ts';
import { createVerificationKeys } from '../core/keys/verificationKeys.ts';
import { createAuthorizer } from '../endpoints/authorizer.ts';
import { createRefusalRecorder } from '../flows/steps/recordRefusal.ts';
import { authorizerTelemetry } from '../http/telemetry/authorizerTelemetry.ts';
import { readEnvironment } from '../manifest/environment.ts';
import { createAuditOutbox } from '../stores/audit/auditOutbox.ts';
import { createPublishedKeys } from '../stores/keys/publishedKeys.ts';
import { createSessionReader } from '../stores/sessions/sessionReader.ts';
import { createRevocations } from '../stores/tokens/revocations.ts';
import { documentClient } from './wiring/documentClient.ts';

const env = readEnvironment('authorizer');
const client = documentClient();
const { tables, accessTokenTtlSeconds, clockLeewaySeconds } = env;
const outbox = createAuditOutbox({ client, table: tables.auditOutbox });
const telemetry = authorizerTelemetry({ record: createRefusalRecorder({ outbox, clock }) });

export const handler = createAuthorizer({
  keys: createVerificationKeys({
    read: createPublishedKeys({ client, table: tables.publishedKeys }).read,
    clock,
    cacheSeconds: env.keyCacheSeconds,
    maxStaleSeconds: accessTokenTtlSeconds,
    onRefused: telemetry.keysRefused,
  }),
  revocations: createRevocations({
    client,
    table: tables.revocations,
    clock,
    pollSeconds: env.revocationPollSeconds,
    onUnknown: telemetry.revocationsUnknown,
    accessTokenTtlSeconds,
    clockLeewaySeconds,
  }),
  sessions: createSessionReader({ client, tables }),
  policy: {
    issuer: env.issuer,
    audience: env.audience,
    maxLifetimeSeconds: accessTokenTtlSeconds,
    clockLeewaySeconds,
  },
  clock,
  ...telemetry,
});

import { readEnvironment, seconds } from '../config.ts';
import { systemClock as clock } from '../core/common/clock.ts';
import { macKeyStrategy } from '../flows/keys/macKeyStrategy.ts';
import { createAuditOutbox } from '../stores/audit/auditOutbox.ts';
import { createDocumentClient } from '../stores/dynamo/client.ts';
import { createSecretsClient } from '../stores/keys/secretClient.ts';
import { createSecretVersions } from '../stores/keys/secretVersions.ts';
import { createRotationHandler } from './wiring/rotationHandler.ts';

const env = readEnvironment('rotateRefreshKeys');
const secretId = env.REFRESH_KEYS_SECRET;

export const handler = createRotationHandler({
  secretId,
  versions: createSecretVersions(createSecretsClient(), secretId),
  strategy: macKeyStrategy({
    outbox: createAuditOutbox({ client: createDocumentClient(), table: env.AUDIT_OUTBOX_TABLE }),
    clock,
    longestSessionSeconds: seconds(env.REFRESH_ABSOLUTE_TTL_SECONDS),
    keyCacheSeconds: seconds(env.KEY_CACHE_SECONDS),
  }),
});

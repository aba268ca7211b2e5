import { systemClock as clock } from '../core/common/clock.ts';
import { macKeyStrategy } from '../flows/keys/macKeyStrategy.ts';
import { readEnvironment } from '../manifest/environment.ts';
import { createAuditOutbox } from '../stores/audit/auditOutbox.ts';
import { createSecretsClient } from '../stores/keys/secretClient.ts';
import { createSecretVersions } from '../stores/keys/secretVersions.ts';
import { documentClient } from './wiring/documentClient.ts';
import { createRotationHandler } from './wiring/rotationHandler.ts';

const env = readEnvironment('rotateRefreshKeys');
const secretId = env.secrets.refreshKeys;

export const handler = createRotationHandler({
  secretId,
  versions: createSecretVersions(createSecretsClient(), secretId),
  strategy: macKeyStrategy({
    outbox: createAuditOutbox({ client: documentClient(), table: env.tables.auditOutbox }),
    clock,
    longestSessionSeconds: env.refreshAbsoluteTtlSeconds,
    keyCacheSeconds: env.keyCacheSeconds,
  }),
});

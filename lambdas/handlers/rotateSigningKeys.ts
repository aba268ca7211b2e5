import { readEnvironment, seconds } from '../config.ts';
import { systemClock as clock } from '../core/common/clock.ts';
import { signingAlgorithmSchema } from '../core/keys/jwk.ts';
import { signingKeyStrategy } from '../flows/keys/signingKeyStrategy.ts';
import { createDocumentClient } from '../stores/dynamo/client.ts';
import { createKeyPublisher } from '../stores/keys/keyPublisher.ts';
import { createSecretsClient } from '../stores/keys/secretClient.ts';
import { createSecretVersions } from '../stores/keys/secretVersions.ts';
import { createRotationHandler } from './wiring/rotationHandler.ts';

const env = readEnvironment('rotateSigningKeys');
const secretId = env.SIGNING_KEYS_SECRET;
const versions = createSecretVersions(createSecretsClient(), secretId);
const lifetimes = {
  keyCacheSeconds: seconds(env.KEY_CACHE_SECONDS),
  accessTokenTtlSeconds: seconds(env.ACCESS_TOKEN_TTL_SECONDS),
  clockLeewaySeconds: seconds(env.CLOCK_LEEWAY_SECONDS),
};

export const handler = createRotationHandler({
  secretId,
  versions,
  strategy: signingKeyStrategy({
    versions,
    publisher: createKeyPublisher({
      client: createDocumentClient(),
      tables: { publishedKeys: env.PUBLISHED_KEYS_TABLE, auditOutbox: env.AUDIT_OUTBOX_TABLE },
      revocations: { table: env.REVOCATIONS_TABLE, lifetime: lifetimes },
    }),
    algorithm: signingAlgorithmSchema.parse(env.SIGNING_ALGORITHM),
    lifetimes,
    clock,
  }),
});

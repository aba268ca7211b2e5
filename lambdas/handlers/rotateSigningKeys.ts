import { systemClock as clock } from '../core/common/clock.ts';
import { signingKeyStrategy } from '../flows/keys/signingKeyStrategy.ts';
import { readEnvironment } from '../manifest/environment.ts';
import { createKeyPublisher } from '../stores/keys/keyPublisher.ts';
import { createSecretsClient } from '../stores/keys/secretClient.ts';
import { createSecretVersions } from '../stores/keys/secretVersions.ts';
import { documentClient } from './wiring/documentClient.ts';
import { createRotationHandler } from './wiring/rotationHandler.ts';
import { revocationLifetime } from './wiring/settings.ts';

const env = readEnvironment('rotateSigningKeys');
const lifetime = revocationLifetime(env);
const secretId = env.secrets.signingKeys;
const versions = createSecretVersions(createSecretsClient(), secretId);

export const handler = createRotationHandler({
  secretId,
  versions,
  strategy: signingKeyStrategy({
    versions,
    publisher: createKeyPublisher({
      client: documentClient(),
      tables: env.tables,
      revocations: { table: env.tables.revocations, lifetime },
    }),
    algorithm: env.signingAlgorithm,
    lifetimes: { ...lifetime, keyCacheSeconds: env.keyCacheSeconds },
    clock,
  }),
});

import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../../core/common/clock.ts';
import { createFreshValue } from '../../core/common/freshValue.ts';
import type { SigningKeys } from '../../core/keys/ports.ts';
import { parseSigningKeyRing, prepareSigningKey, signerMaxAgeSeconds } from '../../core/keys/signingKeyRing.ts';
import { createSecretsClient, readCurrentSecret } from './secretClient.ts';

const maxFreshSeconds = 60;

/** The signing key, in a cache that a request renews; requests of that moment share one read. */
export function createSigningKeys(deps: {
  readonly client?: SecretsManagerClient;
  readonly secretId: string;
  readonly cacheSeconds: number;
  readonly clock: Clock;
}): SigningKeys {
  const client = deps.client ?? createSecretsClient();
  const key = createFreshValue({
    clock: deps.clock,
    freshForMs: Math.min(deps.cacheSeconds, maxFreshSeconds) * 1000,
    usableForMs: signerMaxAgeSeconds(deps.cacheSeconds) * 1000,
    load: async () => prepareSigningKey(parseSigningKeyRing(await readCurrentSecret(client, deps.secretId))),
  });
  return { current: () => key.get() };
}

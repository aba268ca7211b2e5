import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Clock } from '../../core/common/clock.ts';
import { createFreshValue } from '../../core/common/freshValue.ts';
import { macKeyMaxAgeSeconds, parseMacKeyRing, prepareMacKeys } from '../../core/keys/macKeyRing.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import { createSecretsClient, readCurrentSecret } from './secretClient.ts';

const unknownKidRereadMs = 10_000;

/** The MAC keys of one secret, in a cache that a request renews; requests of that moment share one read. */
export function createMacKeys(deps: {
  readonly client?: SecretsManagerClient;
  readonly secretId: string;
  readonly clock: Clock;
  readonly cacheSeconds?: number;
}): MacKeys {
  const client = deps.client ?? createSecretsClient();
  const ring = createFreshValue({
    clock: deps.clock,
    freshForMs: (deps.cacheSeconds ?? 300) * 1000,
    usableForMs: macKeyMaxAgeSeconds * 1000,
    load: async () => {
      const parsed = parseMacKeyRing(await readCurrentSecret(client, deps.secretId));
      return { current: parsed.current, keys: prepareMacKeys(parsed) };
    },
  });

  return {
    async current() {
      const { current, keys } = await ring.get();
      const key = keys.get(current);
      if (!key) throw new Error('the current key is missing');
      return key;
    },
    async find(kid) {
      const known = (await ring.get()).keys.get(kid);
      return known ?? (await ring.renewAtMostEvery(unknownKidRereadMs)).keys.get(kid);
    },
    async all() {
      return [...(await ring.get()).keys.values()];
    },
  };
}

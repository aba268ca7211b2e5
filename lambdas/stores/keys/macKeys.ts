import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { type Clock, epochSeconds } from '../../core/common/clock.ts';
import { createFreshValue } from '../../core/common/freshValue.ts';
import { macKeyDropDates, macKeyMaxAgeSeconds, parseMacKeyRing, prepareMacKeys } from '../../core/keys/macKeyRing.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import { isDropped } from '../../core/keys/publishedKeySet.ts';
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
      return { current: parsed.current, keys: prepareMacKeys(parsed), dropAt: macKeyDropDates(parsed) };
    },
  });
  const inForce = ({ keys, dropAt }: Awaited<ReturnType<typeof ring.get>>) =>
    [...keys.values()].filter(({ kid }) => !isDropped(kid, dropAt, epochSeconds(deps.clock)));

  return {
    async current() {
      const { current, keys } = await ring.get();
      const key = keys.get(current);
      if (!key) throw new Error('the current key is missing');
      return key;
    },
    async find(kid) {
      const copy = await ring.get();
      const known = copy.keys.has(kid) ? copy : await ring.renewAtMostEvery(unknownKidRereadMs);
      return inForce(known).find((key) => key.kid === kid);
    },
    async all() {
      return inForce(await ring.get());
    },
  };
}

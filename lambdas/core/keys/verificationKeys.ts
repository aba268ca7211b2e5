import { type Clock, epochSeconds } from '../common/clock.ts';
import { createFreshValue } from '../common/freshValue.ts';
import { type AdmittedKey, type AdmittedKeySet, admitKeySet } from './jwkAdmission.ts';
import { type InstantsByKid, isDropped } from './publishedKeySet.ts';

export interface VerificationKeys {
  /**
   * The published key of a `kid`, until it is dropped. Unknown `kid`s cause one reread in 10 s, however many there are.
   *
   * @throws ProblemError `unavailable` when no key set could be read, or the last one is too old.
   */
  find(kid: string): Promise<AdmittedKey | undefined>;
  /** The same without waiting, of a fresh copy that holds the key; undefined where `find` has to be asked. */
  findNow(kid: string): AdmittedKey | undefined;
}

const unknownKidRereadMs = 10_000;

/** The published keys in the cache of a warm verifier, renewed at request time, single-flight. */
export function createVerificationKeys(deps: {
  readonly read: () => Promise<{
    readonly keys: readonly unknown[];
    readonly unknownKeys?: readonly unknown[];
    readonly dropAt: InstantsByKid;
  }>;
  readonly clock: Clock;
  readonly cacheSeconds: number;
  /** At most the life of a revocation entry: otherwise a cache could use a revoked key after its entry has expired. */
  readonly maxStaleSeconds: number;
  readonly onRefused?: (refused: AdmittedKeySet['refused']) => void;
}): VerificationKeys {
  const published = createFreshValue({
    clock: deps.clock,
    freshForMs: deps.cacheSeconds * 1000,
    usableForMs: Math.max(deps.maxStaleSeconds, deps.cacheSeconds) * 1000,
    load: async () => {
      const { keys: known, unknownKeys = [], dropAt } = await deps.read();
      const { keys, refused } = admitKeySet([...known, ...unknownKeys]);
      if (refused.length > 0) deps.onRefused?.(refused);
      if (keys.size === 0) throw new Error('no published key is fit for use');
      return { keys, dropAt };
    },
  });

  type Copy = Awaited<ReturnType<typeof published.get>>;
  const inForce = (kid: string, { keys, dropAt }: Copy) =>
    isDropped(kid, dropAt, epochSeconds(deps.clock)) ? undefined : keys.get(kid);

  return {
    findNow(kid) {
      const copy = published.fresh();
      return copy && inForce(kid, copy);
    },
    async find(kid) {
      const copy = await published.get();
      if (copy.keys.has(kid)) return inForce(kid, copy);
      try {
        return inForce(kid, await published.renewAtMostEvery(unknownKidRereadMs));
      } catch {
        // The copy still holds for the keys in it; this key stays unknown.
        return undefined;
      }
    },
  };
}

import type { Clock } from './clock.ts';
import { unavailable } from './errors.ts';

/** A copy of something remote, kept in a warm Lambda and renewed at request time. */
export interface FreshValue<T> {
  /** The copy while it is fresh, for those who would not wait; undefined says only that `get` has to be asked. */
  fresh(): T | undefined;
  /**
   * The copy, renewed first when it is due. While renewal fails an older copy serves until it is too old.
   *
   * @throws ProblemError `unavailable` when there is no copy that may still be used.
   */
  get(): Promise<T>;
  /**
   * The copy, renewed whatever its age because something is missing in it. It is renewed once in `everyMs` at most.
   *
   * @throws ProblemError `unavailable` when renewal fails.
   */
  renewAtMostEvery(everyMs: number): Promise<T>;
}

export interface FreshValueOptions<T> {
  /** Receives the previous copy, so that a load may add to it. */
  readonly load: (previous: T | undefined) => Promise<T>;
  readonly clock: Clock;
  /** Renewed when this old. */
  readonly freshForMs: number;
  /** Never used when this old. */
  readonly usableForMs: number;
  /** After a failure, the wait before the next try, as long as there is a usable copy. */
  readonly retryAfterMs?: number;
}

/**
 * Renewals are single-flight: callers wait for the one under way. The age of a copy counts from the start of its load.
 */
export function createFreshValue<T>(options: FreshValueOptions<T>): FreshValue<T> {
  const { load, clock, freshForMs, usableForMs, retryAfterMs = 1000 } = options;
  let copy: { readonly value: T; readonly at: number } | undefined;
  let failedAt = Number.NEGATIVE_INFINITY;
  let demandedAt = Number.NEGATIVE_INFINITY;
  let inFlight: Promise<T> | undefined;

  const isYounger = (than: number) => copy !== undefined && within(clock() - copy.at, than);

  const renew = (): Promise<T> => {
    inFlight ??= (async () => {
      const at = clock();
      try {
        const value = await load(copy?.value);
        copy = { value, at };
        return value;
      } catch (error) {
        failedAt = clock();
        throw unavailable(error);
      } finally {
        inFlight = undefined;
      }
    })();
    return inFlight;
  };

  const get = async (): Promise<T> => {
    if (copy && isYounger(freshForMs)) return copy.value;
    if (copy && isYounger(usableForMs) && within(clock() - failedAt, retryAfterMs)) return copy.value;
    try {
      return await renew();
    } catch (error) {
      if (copy && isYounger(usableForMs)) return copy.value;
      throw error;
    }
  };

  return {
    fresh: () => (isYounger(freshForMs) ? copy?.value : undefined),
    get,
    async renewAtMostEvery(everyMs) {
      if (within(clock() - demandedAt, everyMs)) return inFlight ?? get();
      demandedAt = clock();
      return renew();
    },
  };
}

/** A negative age means that the clock was set back: such a copy counts as old. */
function within(ageMs: number, limitMs: number): boolean {
  return ageMs >= 0 && ageMs < limitMs;
}

import type { LimitName, StreakLimit, WindowLimit } from '../../contract/limits.ts';
import type { LimitRefusal } from './rateLimited.ts';

/** One question to a limit: may `key` do it once more? */
export interface LimitDecision {
  readonly limit: LimitName;
  /** Whom the limit counts for: source addresses and ids in clear text, e-mail addresses only as a keyed hash. */
  readonly key: string;
}

/** Proof of an attempt that was counted, by which it can be taken back. */
export interface LimitReceipt extends LimitDecision {
  /** The window it was counted in; undefined for a streak. */
  readonly window: number | undefined;
}

export type LimitOutcome =
  | { readonly admitted: true; readonly receipt: LimitReceipt }
  | { readonly admitted: false; readonly refusal: LimitRefusal };

/**
 * A receipt for a streak in which this attempt was not counted. A success on a known device thereby also ends the
 * account's streak, which strangers' attempts may have made.
 */
export function streakReceipt(decision: LimitDecision): LimitReceipt {
  return { ...decision, window: undefined };
}

export function isStreakLimit(limit: WindowLimit | StreakLimit): limit is StreakLimit {
  return 'freeAttempts' in limit;
}

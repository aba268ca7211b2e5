import type { LimitName, StreakLimit, WindowLimit } from '../../contract/limits.ts';
import type { LimitRefusal } from './rateLimited.ts';

/** One question to a limit: may `key` do it once more? */
export interface LimitDecision {
  readonly limit: LimitName;
  /** Whom the limit counts for; names nobody in clear text but source addresses and ids. */
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

/** What ends a streak that somebody else's attempts may have made. */
export function streakReceipt(decision: LimitDecision): LimitReceipt {
  return { ...decision, window: undefined };
}

export function isStreakLimit(limit: WindowLimit | StreakLimit): limit is StreakLimit {
  return 'freeAttempts' in limit;
}

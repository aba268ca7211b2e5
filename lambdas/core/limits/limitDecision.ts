import { type LimitName, limitDefinitions, type StreakLimit, type WindowLimit } from '../../contract/limits.ts';
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
  /** Where one attempt alone can be taken back: what the item named it, and what it said before. */
  readonly own?: { readonly name: string; readonly lastAt: number | undefined };
}

export type LimitOutcome =
  | { readonly admitted: true; readonly receipt: LimitReceipt }
  | { readonly admitted: false; readonly refusal: LimitRefusal };

/** What became of attempts that are counted by several limits. */
export interface CountedAttempts {
  /** Those that stay counted. */
  readonly receipts: readonly LimitReceipt[];
  /** Of the first that has no room. */
  readonly refusal: LimitRefusal | undefined;
}

/** Whether a success takes back its own attempt alone: of a window always, of a streak where its definition says so. */
export function givesBackOne({ limit }: LimitReceipt): boolean {
  const definition = limitDefinitions[limit];
  return definition.kind === 'window' || definition.success === 'gives back';
}

export function isStreakLimit(limit: WindowLimit | StreakLimit): limit is StreakLimit {
  return 'freeAttempts' in limit;
}

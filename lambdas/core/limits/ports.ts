import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { CountedAttempts, LimitDecision, LimitOutcome, LimitReceipt } from './limitDecision.ts';

export interface LimitCounter {
  /**
   * Decides and counts in one conditional write. Of any number of calls at once, exactly as many are admitted as the
   * limit has room for. A refusal writes nothing; the item that the failed condition gives back says why.
   *
   * @throws ProblemError `unavailable` when the table does not answer: nobody is admitted then.
   */
  consume(decision: LimitDecision): Promise<LimitOutcome>;
}

export interface OrderedLimits {
  /**
   * Counts an attempt by several limits in one round trip, as if one after the other: where one has no room, those
   * before it stay counted, and those behind it are given back before this returns, the time of the last attempt too
   * where no other came in between. A crash meanwhile leaves one count too many, never one too few.
   *
   * @throws ProblemError `unavailable` when the table does not answer: nobody is admitted then.
   */
  consumeInOrder(decisions: readonly LimitDecision[]): Promise<CountedAttempts>;
  /**
   * Takes back attempts that were not to be counted, each by itself, whatever a success would do. It never throws: what
   * cannot be taken back stays counted.
   */
  giveBack(receipts: readonly LimitReceipt[]): Promise<void>;
}

export interface LimitRefunds {
  /**
   * Takes back attempts that turned out well: a window counts one less, a streak ends, or counts one less where its
   * definition says so. One write each, all at once. It never throws. An attempt that cannot be taken back stays
   * counted: that admits nobody, and somebody who has just proven themselves must not be refused for it.
   */
  refund(receipts: readonly LimitReceipt[]): Promise<void>;
}

/** Where a limit stands for one key. */
export interface LimitStanding extends LimitDecision {
  /** The attempts in this window and the one before; of a streak, the attempts in a row. */
  readonly counted: number;
  /** Seconds until one more attempt is admitted; 0 if it would be admitted now. */
  readonly retryAfterSeconds: number;
}

/** What an operator may do to limits. */
export interface LimitAdministration {
  /** Consistent, and without counting anything. */
  read(decision: LimitDecision): Promise<LimitStanding>;
  /** Forgets what was counted for some keys, and records it, in one transaction. */
  reset(input: { readonly decisions: readonly LimitDecision[]; readonly event: AuditEvent }): Promise<void>;
}

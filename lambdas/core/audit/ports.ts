import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { LockFacts, LogKey, LogVersion } from './auditVerification.ts';
import type { OutboxItem } from './outboxItem.ts';

export interface AuditOutbox {
  /**
   * Puts an event without a change (a refusal), in one write. An aggregated event that is there already stays as it is,
   * at the cost of the same write.
   *
   * @throws ProblemError `unavailable`: a decision that cannot be recorded gets no answer.
   */
  record(event: AuditEvent): Promise<void>;
}

/**
 * The outbox as its writer sees it. Each method throws what the table's client throws: the caller ships again later.
 */
export interface AuditOutboxReader {
  /** Consistent. The items still to be shipped, in the order of the keys. */
  fetch(keys: readonly string[]): Promise<readonly OutboxItem[]>;
  /**
   * Takes shipped items out of the outbox. Some leave their key behind for a while, without the event, so that a
   * repeated put is still refused: those with `hold_seconds`, and those whose id is no UUID. The table's TTL deletes
   * such a key. Repeating the call does no harm.
   */
  settle(items: readonly OutboxItem[]): Promise<void>;
  /**
   * The keys of events that should have been shipped by now: older than `overdueSeconds`. Page by page, each the oldest
   * first; by an index, which may still name what was shipped a moment ago: `fetch` knows.
   */
  overdue(options: { readonly overdueSeconds: number }): AsyncIterable<readonly string[]>;
}

export type AppendOutcome = 'stored' | 'taken' | 'busy';

/** The batches of one chain. Each method throws what the bucket's client throws. */
export interface AuditLog {
  /**
   * Puts a batch on condition that its name is free: the compare-and-swap that orders the chain. Of all callers for one
   * sequence number, at most one ever gets `stored`. `busy` says that the put is to be tried again; the batch may have
   * been stored all the same.
   */
  append(seq: number, bytes: Uint8Array): Promise<AppendOutcome>;
  /** The highest sequence number, searched from `after` on; `after` if none is higher. Strongly consistent. */
  latest(after: number): Promise<number>;
  /** The current version of a batch. */
  read(seq: number): Promise<Uint8Array>;
}

/** A log that is verified: the bucket, or an auditor's copy. Reads only. */
export interface AuditLogSource {
  /** What people call it. */
  readonly name: string;
  /** The bucket's own lock, or undefined where locks, versions and delete markers cannot be seen. */
  bucketLock(): Promise<{ readonly mode: string | undefined; readonly days: number | undefined } | undefined>;
  /** Everything there is under the chain's prefix, in the order of keys. */
  keys(chain: string): AsyncIterable<LogKey>;
  read(key: string, version: LogVersion): Promise<{ readonly bytes: Uint8Array; readonly lock: LockFacts | undefined }>;
}

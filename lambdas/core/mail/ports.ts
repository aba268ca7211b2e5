import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { MailJob, NoticeJob } from './mailJob.ts';
import type { Suppression } from './mailSuppression.ts';

/** A job as it is in the outbox. */
export interface OutboxJob {
  readonly job: MailJob;
  /** How often it was taken up. */
  readonly retries: number;
  /** Epoch seconds of its next try; until then whoever took it up last tries it. Undefined for an old job. */
  readonly retryAt: number | undefined;
}

/**
 * A job of which only a later release knows what mail it asks for, and when it is of no use any more: epoch seconds.
 */
export interface LaterJob {
  readonly laterUntil: number;
}

/** Jobs that are not done yet. Each method throws what the table's client throws: the job is to be tried again. */
export interface MailOutbox {
  /**
   * The job of that name; consistent.
   *
   * @returns `gone` when there is none (any more), `unreadable` for an item that is no job.
   */
  read(jobId: string): Promise<OutboxJob | LaterJob | 'gone' | 'unreadable'>;
  /** Deletes a job; one that is gone already is no error. */
  remove(jobId: string): Promise<void>;
}

/** Notices of what changes nothing, and so belong to no transaction of a change. */
export interface Notices {
  /** @throws ProblemError `unavailable`. */
  request(input: { readonly job: NoticeJob; readonly nowMs: number }): Promise<void>;
}

/** A job that is still in the outbox when its next try is due. */
export interface DueMailJob {
  readonly jobId: string;
  /** How often it was taken up already. */
  readonly retries: number;
  /** Epoch seconds of the try that is due. */
  readonly retryAt: number;
  /** Epoch seconds; undefined for a job that this release does not understand. */
  readonly expiresAt: number | undefined;
  /** The account that it goes with, by its `sub`. */
  readonly owner: string | undefined;
}

/** Jobs that were not done at their first try. Each method throws what the table's client throws. */
export interface MailRetries {
  /**
   * The jobs whose next try is due, page by page, each the longest due first; by an index, which may still name a job
   * that is done or was taken up a moment ago: `takeUp` knows.
   */
  due(nowSeconds: number): AsyncIterable<readonly DueMailJob[]>;
  /**
   * Takes a job up: its next try is due at `retryAt` then.
   *
   * @returns false, with nothing written, when the job is gone or somebody else has taken it up.
   */
  takeUp(job: DueMailJob, retryAt: number): Promise<boolean>;
}

/** A mail as it is sent. */
export interface Mail {
  /** Normalised address: it has no characters that a mail header gives a meaning. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface MailClient {
  /**
   * Hands one mail to the mail service.
   *
   * @returns `refused` when the service will not take this mail, however often it is tried.
   * @throws when another try may succeed: throttling, outage, paused sending, a sender not verified yet.
   */
  send(mail: Mail): Promise<'sent' | 'refused'>;
}

export interface MailSuppressions {
  /**
   * Whether no mail may go to a normalised address, under whichever key of the ring it was suppressed; consistent.
   *
   * @throws when the table or the ring cannot be read.
   */
  has(email: string): Promise<boolean>;
}

export interface SuppressionRecorder {
  /**
   * Suppresses an address and records it, in one transaction.
   *
   * @returns false, with nothing written, when it is suppressed already.
   * @throws ProblemError `unavailable`.
   */
  suppress(input: { readonly suppression: Suppression; readonly event: AuditEvent }): Promise<boolean>;
}

/** What an operator may do to suppressions. Each method throws ProblemError `unavailable`. */
export interface SuppressionAdministration {
  /** Every suppression, in no order; a scan. */
  list(): AsyncIterable<Suppression>;
  /** Consistent. */
  find(addressHash: string): Promise<Suppression | undefined>;
  /**
   * Lifts a suppression and records it, in one transaction.
   *
   * @returns false, with nothing written, when there is none.
   */
  remove(input: { readonly addressHash: string; readonly event: AuditEvent }): Promise<boolean>;
}

import { type MailOutcome, type SendMailDeps, sendMail } from './sendMail.ts';

export interface MailRecord {
  /** Names the record in the stream. */
  readonly id: string;
  /** Undefined where the record names no job. */
  readonly jobId: string | undefined;
}

export type MailReport =
  | { readonly outcome: MailOutcome; readonly id: string }
  | { readonly outcome: 'retry'; readonly id: string; readonly error: unknown };

export interface SendMailsDeps extends SendMailDeps {
  report(report: MailReport): void;
}

/**
 * Sends the mails of a batch in order. A record that no retry can mend is reported and skipped. At the first that may
 * still succeed the batch stops, and the stream delivers everything from there on again. A job that keeps failing
 * blocks those behind it until it expires.
 *
 * @returns the record to begin again with, or undefined when all are done with.
 */
export async function sendMails(records: readonly MailRecord[], deps: SendMailsDeps): Promise<string | undefined> {
  for (const { id, jobId } of records) {
    try {
      deps.report({ outcome: jobId === undefined ? 'poison' : await sendMail(jobId, deps), id });
    } catch (error) {
      deps.report({ outcome: 'retry', id, error });
      return id;
    }
  }
  return undefined;
}

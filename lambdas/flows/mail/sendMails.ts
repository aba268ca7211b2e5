import { type MailOutcome, type SendMailDeps, sendMail } from './sendMail.ts';

export interface MailRecord {
  /** Names the record in the stream, or the job. */
  readonly id: string;
  /** Undefined where the record names no job. */
  readonly jobId: string | undefined;
  /** How often the job was taken up by now, this time included. @default 0, as for the stream */
  readonly retries?: number;
}

export type MailReport =
  | { readonly outcome: MailOutcome; readonly id: string }
  | { readonly outcome: 'retry'; readonly id: string; readonly error: unknown };

export interface SendMailsDeps extends SendMailDeps {
  report(report: MailReport): void;
}

/** Few enough for an account's sending rate, and enough that one mail that takes long delays the others but little. */
const atOnce = 5;

/**
 * Sends the mails of a batch, each by itself: one that fails is reported and stays in the outbox, from where the
 * sweeper takes it up again. It never throws, because a record that comes again holds up its whole shard.
 */
export async function sendMails(records: Iterable<MailRecord>, deps: SendMailsDeps): Promise<void> {
  await severalAtOnce(records, (record) => tryMail(record, deps));
}

/** Does something for each of them, a few at a time. */
export async function severalAtOnce<T>(all: Iterable<T>, work: (one: T) => Promise<void>): Promise<void> {
  // The workers share one iterator, so that each takes the next that nobody has.
  const queue = all[Symbol.iterator]();
  const worker = async () => {
    for (let next = queue.next(); !next.done; next = queue.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

/** Sends the mail of one job, and reports what became of it. */
export async function tryMail({ id, jobId, retries = 0 }: MailRecord, deps: SendMailsDeps): Promise<void> {
  try {
    deps.report({ outcome: jobId === undefined ? 'poison' : await sendMail({ jobId, retries }, deps), id });
  } catch (error) {
    deps.report({ outcome: 'retry', id, error });
  }
}

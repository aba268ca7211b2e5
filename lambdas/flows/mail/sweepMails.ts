import type { Accounts } from '../../core/accounts/ports.ts';
import { epochSeconds } from '../../core/common/clock.ts';
import { nextRetryAt } from '../../core/mail/mailRetry.ts';
import type { DueMailJob, MailRetries } from '../../core/mail/ports.ts';
import { type SendMailsDeps, severalAtOnce, tryMail } from './sendMails.ts';

export interface SweepMailsDeps extends SendMailsDeps {
  readonly retries: MailRetries;
  readonly accounts: Pick<Accounts, 'find'>;
}

/**
 * Tries again the mails that failed, and those whose first try was interrupted, until they are sent or expire. A job is
 * taken up before its mail is tried: two runs at once do not send it twice, and what fails goes to the end of the
 * queue, so that it never keeps the others from their turn. The mails of an account that was erased, or is being
 * erased, go here: an erasure does not look for them.
 *
 * @throws when the outbox cannot be read.
 */
export async function sweepMails(deps: SweepMailsDeps): Promise<void> {
  for await (const jobs of deps.retries.due(epochSeconds(deps.clock))) {
    await severalAtOnce(jobs, async (job) => {
      if (!deps.outOfTime()) await tryAgain(job, deps);
    });
    if (deps.outOfTime()) break;
  }
}

async function tryAgain(job: DueMailJob, deps: SweepMailsDeps): Promise<void> {
  try {
    if (!(await deps.retries.takeUp(job, nextRetryAt(job, epochSeconds(deps.clock))))) return;
    if (job.owner !== undefined && (await isErased(job.owner, deps))) {
      await deps.outbox.remove(job.jobId);
      deps.report({ outcome: 'erased', id: job.jobId });
      return;
    }
  } catch (error) {
    deps.report({ outcome: 'retry', id: job.jobId, error });
    return;
  }
  await tryMail({ id: job.jobId, jobId: job.jobId, retries: job.retries + 1 }, deps);
}

async function isErased(owner: string, { accounts }: SweepMailsDeps): Promise<boolean> {
  const account = await accounts.find(owner);
  return !account || account.status === 'deleting';
}

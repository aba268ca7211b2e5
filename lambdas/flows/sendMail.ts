import { routes } from '../contract/routes.ts';
import { type Clock, epochSeconds } from '../core/clock.ts';
import type { MacKey } from '../core/macKeyRing.ts';
import type { MailJob } from '../core/mailJob.ts';
import { deriveMailToken } from '../core/mailToken.ts';

interface RenderedMail {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

export interface SendMailDeps {
  /** Public base URL: the host of every link comes from here, from no request. */
  readonly issuer: string;
  readonly clock: Clock;
  readonly keys: { find(kid: string): Promise<MacKey | undefined> };
  readonly render: {
    verifyEmail(props: { issuer: string; link: string; expiresAt: number }): RenderedMail;
    alreadyRegistered(props: { issuer: string }): RenderedMail;
  };
  readonly mail: { send(mail: RenderedMail & { to: string }): Promise<'sent' | 'refused'> };
  readonly outbox: { remove(jobId: string): Promise<void> };
}

/**
 * What became of a mail. All but `sent` mean that it never will be: the link would be dead, its key is gone, or the mail
 * service will not have it.
 */
export type MailOutcome = 'sent' | 'expired' | 'unknown_key' | 'refused';

/**
 * Sends the mail of a job and deletes the job. Sending comes first: a crash in between sends the mail again, with the same
 * token, and never loses it.
 *
 * @throws when the key ring or the mail service does not answer: the job is to be tried again.
 */
export async function sendMail(job: MailJob, deps: SendMailDeps): Promise<MailOutcome> {
  const outcome = await deliver(job, deps);
  await deps.outbox.remove(job.jobId);
  return outcome;
}

async function deliver(job: MailJob, deps: SendMailDeps): Promise<MailOutcome> {
  if (job.expiresAt <= epochSeconds(deps.clock)) return 'expired';
  const mail = await render(job, deps);
  return mail ? deps.mail.send({ to: job.to, ...mail }) : 'unknown_key';
}

async function render(job: MailJob, { issuer, keys, render }: SendMailDeps): Promise<RenderedMail | undefined> {
  if (job.template === 'already-registered') return render.alreadyRegistered({ issuer });
  const key = await keys.find(job.kid);
  if (!key) return undefined;
  const claims = { email: job.to, nonce: job.nonce, expiresAt: job.expiresAt };
  const token = deriveMailToken('verify-email', claims, key);
  const link = `${issuer}${routes.showVerifyEmailPage.path}?token=${encodeURIComponent(token)}`;
  return render.verifyEmail({ issuer, link, expiresAt: job.expiresAt });
}

import { routes } from '../../contract/routes.ts';
import { type Clock, epochSeconds } from '../../core/common/clock.ts';
import type { MacKey } from '../../core/keys/macKeyRing.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import {
  type DecoyJob,
  isNotice,
  type LinkJob,
  type LinkTemplate,
  type MailJob,
  type NoticeJob,
} from '../../core/mail/mailJob.ts';
import { deriveMailToken } from '../../core/mail/mailToken.ts';
import type { Mail, MailClient, MailOutbox, MailSuppressions } from '../../core/mail/ports.ts';

type RenderedMail = Omit<Mail, 'to'>;

export interface SendMailDeps {
  /** Public base URL: the host of every link comes from here, from no request. */
  readonly issuer: string;
  readonly clock: Clock;
  readonly keys: Pick<MacKeys, 'find'>;
  readonly render: {
    link: Readonly<Record<LinkTemplate, (props: { issuer: string; link: string; expiresAt: number }) => RenderedMail>>;
    notice(props: Pick<NoticeJob, 'template' | 'at' | 'ip' | 'userAgent' | 'left'> & { issuer: string }): RenderedMail;
  };
  /** Whether mail must not go to a normalised address. */
  readonly suppressions: MailSuppressions;
  readonly mail: MailClient;
  readonly outbox: MailOutbox;
}

/**
 * What became of a mail. Every outcome but `sent` is final: the job holds no mail, it was sent before, its link has
 * expired, its key is gone, its address is suppressed, or the mail service refuses it.
 */
export type MailOutcome = 'sent' | 'decoy' | 'gone' | 'poison' | 'expired' | 'unknown_key' | 'suppressed' | 'refused';

/**
 * Sends the mail of a job and deletes the job. Sending comes first: a crash in between sends the mail again, with the
 * same token, and never loses it. What this release does not understand stays where it is.
 *
 * @throws when a table, the key ring or the mail service does not answer: the job is to be tried again.
 */
export async function sendMail(jobId: string, deps: SendMailDeps): Promise<MailOutcome> {
  const job = await deps.outbox.read(jobId);
  if (job === 'gone') return 'gone';
  if (job === 'unreadable') return 'poison';
  const outcome = await deliver(job, deps);
  await deps.outbox.remove(jobId);
  return outcome;
}

async function deliver(job: MailJob, deps: SendMailDeps): Promise<MailOutcome> {
  if (job.template === 'decoy') return 'decoy';
  if (job.expiresAt <= epochSeconds(deps.clock)) return 'expired';
  if (await deps.suppressions.has(job.to)) return 'suppressed';
  const mail = await render(job, deps);
  return mail ? deps.mail.send({ to: job.to, ...mail }) : 'unknown_key';
}

async function render(
  job: Exclude<MailJob, DecoyJob>,
  { issuer, keys, render }: SendMailDeps,
): Promise<RenderedMail | undefined> {
  if (isNotice(job)) return render.notice({ ...job, issuer });
  const key = await keys.find(job.kid);
  return key && render.link[job.template]({ issuer, link: linkOf(job, key, issuer), expiresAt: job.expiresAt });
}

const pages: Readonly<Record<LinkTemplate, string>> = {
  'verify-email': routes.showVerifyEmailPage.path,
  reset: routes.showResetPage.path,
  'confirm-email': routes.showConfirmEmailPage.path,
  'undo-email': routes.showUndoEmailPage.path,
};

function linkOf({ template, to, sub, nonce, expiresAt }: LinkJob, key: MacKey, issuer: string): string {
  const token = deriveMailToken(template, { email: to, sub, nonce, expiresAt }, key);
  return `${issuer}${pages[template]}?token=${encodeURIComponent(token)}`;
}

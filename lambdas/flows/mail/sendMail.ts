import { routes } from '../../contract/routes.ts';
import { type Clock, epochSeconds } from '../../core/common/clock.ts';
import type { MacKey } from '../../core/keys/macKeyRing.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import { isNotice, type LinkJob, type LinkTemplate, type NoticeJob } from '../../core/mail/mailJob.ts';
import { longestSendMs } from '../../core/mail/mailRetry.ts';
import { deriveMailToken } from '../../core/mail/mailToken.ts';
import type { LaterJob, Mail, MailClient, MailOutbox, MailSuppressions, OutboxJob } from '../../core/mail/ports.ts';

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
  /** Whether to leave the rest to a later run, because this one may be ended before a mail is certainly done. */
  readonly outOfTime: () => boolean;
}

/**
 * What became of a mail. Every outcome but `sent` is final for who tried it: the job holds no mail, it was sent before
 * or somebody else has it, a later release knows what to send, its link has expired, its key is gone, its address is
 * suppressed, its account is erased, or the mail service refuses it.
 */
export type MailOutcome =
  | 'sent'
  | 'decoy'
  | 'gone'
  | 'poison'
  | 'later'
  | 'expired'
  | 'unknown_key'
  | 'suppressed'
  | 'erased'
  | 'refused';

/**
 * Sends the mail of a job and deletes the job. Sending comes first: a crash in between sends the mail again, with the
 * same token, and never loses it. What this release does not understand stays where it is.
 *
 * Nobody else sends it meanwhile: whoever tries a job has it until its next try is due, and begins to send only if
 * that, and the end of its own run, are farther off than sending can take.
 *
 * @param retries how often the job was taken up by now; when it was taken up again since, it is somebody else's
 * @throws when no time is left, and when a table, the key ring or the mail service does not answer: the job is to be
 * tried again.
 */
export async function sendMail(
  { jobId, retries }: { readonly jobId: string; readonly retries: number },
  deps: SendMailDeps,
): Promise<MailOutcome> {
  const found = await deps.outbox.read(jobId);
  if (found === 'gone') return 'gone';
  if (found === 'unreadable') return 'poison';
  if ('laterUntil' in found) return leave(found, jobId, deps);
  if (found.retries !== retries) return 'gone';

  const outcome = await deliver(found, deps);
  await deps.outbox.remove(jobId);
  return outcome;
}

/** What only a later release can send is left to it, until it is of no use any more. */
async function leave({ laterUntil }: LaterJob, jobId: string, deps: SendMailDeps): Promise<MailOutcome> {
  if (laterUntil > epochSeconds(deps.clock)) return 'later';
  await deps.outbox.remove(jobId);
  return 'expired';
}

async function deliver({ job, retryAt }: OutboxJob, deps: SendMailDeps): Promise<MailOutcome> {
  if (job.template === 'decoy') return 'decoy';
  if (job.expiresAt <= epochSeconds(deps.clock)) return 'expired';
  if (await deps.suppressions.has(job.to)) return 'suppressed';
  const mail = await render(job, deps);
  if (!mail) return 'unknown_key';
  const ownsItMs = (retryAt ?? Number.POSITIVE_INFINITY) * 1000 - deps.clock();
  if (ownsItMs < longestSendMs || deps.outOfTime()) throw new Error('too little time is left to send a mail');
  return deps.mail.send({ to: job.to, ...mail });
}

async function render(
  job: LinkJob | NoticeJob,
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

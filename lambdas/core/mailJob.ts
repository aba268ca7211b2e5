import type { MailTokenPurpose } from './mailToken.ts';

/** A mail that is to be sent. A token is not in it: the mailer derives it, so that the outbox alone opens nothing. */
export type MailJob = LinkJob | NoticeJob;

interface JobBase {
  readonly jobId: string;
  /** Normalised address. */
  readonly to: string;
  /** Epoch seconds, after which the mail is of no use and is not sent. */
  readonly expiresAt: number;
}

/** The mails with a link. Each is named for the purpose of the token in it. */
export const linkTemplates = ['verify-email'] as const satisfies readonly MailTokenPurpose[];
export type LinkTemplate = (typeof linkTemplates)[number];

export interface LinkJob extends JobBase {
  readonly template: LinkTemplate;
  readonly nonce: string;
  /** The mail key that the token's stored hash was made under. */
  readonly kid: string;
}

/** What an owner is told of. No notice holds a link that does anything. */
export const noticeKinds = [
  'already-registered',
  'new-device',
  'password-changed',
  'email-change-requested',
  'email-changed',
  'factor-added',
  'factor-removed',
  'recovery-code-used',
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** Tells an owner what happened, when, and from where. */
export interface NoticeJob extends JobBase {
  readonly template: NoticeKind;
  /** Epoch seconds of what it tells of. */
  readonly at: number;
  /** Source address and user agent of whoever did it. */
  readonly ip: string;
  readonly userAgent: string;
}

export function isNotice(job: MailJob): job is NoticeJob {
  return noticeKinds.some((kind) => kind === job.template);
}

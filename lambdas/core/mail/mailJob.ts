import { randomUUID } from 'node:crypto';
import type { RequestSource } from '../common/requestSource.ts';
import { type MailTokenPurpose, mailTokenTtlSeconds } from './mailToken.ts';

/**
 * A mail that is to be sent. It does not hold the token, which the mailer derives: whoever reads the outbox alone can
 * open nothing.
 */
export type MailJob = LinkJob | NoticeJob | DecoyJob;

interface JobBase {
  readonly jobId: string;
  /** Epoch seconds, after which the mail is of no use and is not sent. */
  readonly expiresAt: number;
  /** The account, by its `sub`, with which the mail goes: once it is erased, the mail is not tried again. */
  readonly owner?: string | undefined;
}

interface AddressedJob extends JobBase {
  /** Normalised address. */
  readonly to: string;
}

/** Takes the place of a mail that is not to be sent: so the caller sees no difference in work or time. */
export interface DecoyJob extends JobBase {
  readonly template: 'decoy';
}

/** The mails with a link. Each is named for the purpose of the token in it. */
export const linkTemplates = [
  'verify-email',
  'reset',
  'confirm-email',
  'undo-email',
] as const satisfies readonly MailTokenPurpose[];
export type LinkTemplate = (typeof linkTemplates)[number];

export interface LinkJob extends AddressedJob {
  readonly template: LinkTemplate;
  /** The account that the token acts on, where the address alone does not say. */
  readonly sub?: string | undefined;
  readonly nonce: string;
  /** The mail key that the token's stored hash was made under. */
  readonly kid: string;
}

/** What an owner is told of. No notice holds a link with a token. */
export const noticeKinds = [
  'already-registered',
  'address-reserved',
  'new-device',
  'password-changed',
  'email-change-requested',
  'email-changed',
  'email-change-undone',
  'account-deleted',
  'factor-added',
  'factor-removed',
  'recovery-code-used',
  'recovery-codes-renewed',
  'wrong-codes',
] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/**
 * What signs in to an account besides its password. A factor goes by kind and date: its name is in the words of whoever
 * added it, who may be a stranger.
 */
export interface WaysLeft {
  readonly factors: readonly {
    readonly kind: 'passkey' | 'authenticator-app';
    /** Epoch seconds. */
    readonly addedAt: number;
  }[];
  /** How many there are. */
  readonly recoveryCodes: number;
}

/** Tells an owner what happened, when, and from where. */
export interface NoticeJob extends AddressedJob {
  readonly template: NoticeKind;
  /** Epoch seconds of what it tells of. */
  readonly at: number;
  /** Source address and user agent of whoever did it. */
  readonly ip: string;
  readonly userAgent: string;
  /** Where the notice says it. */
  readonly left?: WaysLeft | undefined;
}

export function isNotice(job: MailJob): job is NoticeJob {
  return noticeKinds.some((kind) => kind === job.template);
}

/** A notice that could not be sent for a day is no longer worth sending. */
const noticeTtlSeconds = 86_400;

/** The job of a notice of what happens now. */
export function noticeJob(input: {
  readonly template: NoticeKind;
  /** Normalised address. */
  readonly to: string;
  /** The account that it tells of; undefined for what is to be told whatever becomes of the account. */
  readonly owner: string | undefined;
  readonly from: RequestSource;
  readonly nowMs: number;
  readonly left?: WaysLeft;
}): NoticeJob {
  const at = Math.floor(input.nowMs / 1000);
  return {
    jobId: randomUUID(),
    template: input.template,
    to: input.to,
    ...(input.owner !== undefined && { owner: input.owner }),
    expiresAt: at + noticeTtlSeconds,
    at,
    ip: input.from.ip,
    userAgent: input.from.userAgent ?? '',
    ...(input.left && { left: input.left }),
  };
}

export function decoyJob(nowMs: number): DecoyJob {
  return { jobId: randomUUID(), template: 'decoy', expiresAt: Math.floor(nowMs / 1000) + mailTokenTtlSeconds };
}

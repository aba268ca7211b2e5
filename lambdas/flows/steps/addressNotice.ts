import type { AddressHolder } from '../../core/accounts/ports.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import {
  type KeptLink,
  type LinkRequest,
  type MailedLink,
  newMailedLink,
  sameLinkAgain,
} from '../../core/mail/mailedLink.ts';
import { type MailJob, type NoticeKind, noticeJob } from '../../core/mail/mailJob.ts';

/** What its owner is told of an address that somebody else asks for. */
interface HolderNotice {
  readonly template: Extract<NoticeKind, 'already-registered' | 'address-reserved'>;
  /** The account that has it, or for which it is reserved. */
  readonly owner: string;
}

/**
 * What the reader of an address is told in place of a link, when somebody asks for an account with it or moves one to
 * it: that it has an account, or is reserved for one. Undefined where it is free, or reserved for the account that
 * asks.
 *
 * @param sub the account that asks; undefined for a registration
 */
export function noticeForHolder(
  { account, reserved }: AddressHolder,
  nowMs: number,
  sub?: string,
): HolderNotice | undefined {
  if (account) return { template: 'already-registered', owner: account.sub };
  if (!reserved || reserved.sub === sub || reserved.until * 1000 <= nowMs) return undefined;
  return { template: 'address-reserved', owner: reserved.sub };
}

/** What goes to an address that somebody claims, and what is kept of its link. */
export interface MailToClaimedAddress {
  /** One that nobody is mailed, where there is nothing to mail. */
  readonly link: MailedLink;
  /** Undefined where nothing is to go out. */
  readonly mail: MailJob | undefined;
}

/**
 * A new link, or the notice in its place. Beyond the counts of mails, the link that was mailed last once more, if it is
 * good still, and no notice.
 */
export function mailToClaimedAddress(
  asked: LinkRequest,
  {
    taken,
    hasRoom,
    kept,
    from,
  }: {
    readonly taken: HolderNotice | undefined;
    readonly hasRoom: boolean;
    readonly kept: KeptLink | undefined;
    readonly from: RequestSource;
  },
): MailToClaimedAddress {
  const fresh = newMailedLink(asked);
  const link = hasRoom ? fresh : sameLinkAgain(asked, kept);
  const nowMs = asked.nowSeconds * 1000;
  const notice = taken && hasRoom ? noticeJob({ ...taken, to: asked.email, from, nowMs }) : undefined;
  return { link: link ?? fresh, mail: taken ? notice : link?.job };
}

import type { AddressHolder } from '../../core/accounts/ports.ts';
import type { NoticeKind } from '../../core/mail/mailJob.ts';

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
): Extract<NoticeKind, 'already-registered' | 'address-reserved'> | undefined {
  if (account) return 'already-registered';
  if (!reserved || reserved.sub === sub || reserved.until * 1000 <= nowMs) return undefined;
  return 'address-reserved';
}

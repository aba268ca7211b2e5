import { type Clock, epochSeconds } from '../../core/common/clock.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import {
  hashMailToken,
  type MailTokenPurpose,
  type OpenedMailToken,
  openMailToken,
} from '../../core/mail/mailToken.ts';

export interface MailedTokenDeps {
  readonly mailKeys: Pick<MacKeys, 'find'>;
  readonly clock: Clock;
}

/** A mailed token that was made here and has not expired, with the hash by which a store knows it. */
export interface MailedToken extends OpenedMailToken {
  readonly tokenHash: string;
}

/** What a mailed token says; undefined for one that is forged, expired, or of another purpose. It uses nothing up. */
export async function readMailedToken(
  { mailKeys, clock }: MailedTokenDeps,
  purpose: MailTokenPurpose,
  token: string,
): Promise<MailedToken | undefined> {
  const find = (kid: string) => mailKeys.find(kid);
  const opened = await openMailToken(token, { purpose, nowSeconds: epochSeconds(clock), find });
  return opened && { ...opened, tokenHash: hashMailToken(token) };
}

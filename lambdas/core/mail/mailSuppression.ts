import type { MailEvent } from '../../contract/mailEvents.ts';
import { hmacText } from '../common/digests.ts';
import { normalizeEmailAddress } from '../common/emailAddress.ts';
import type { MacKey } from '../keys/macKeyRing.ts';
import { subkey } from '../keys/subkey.ts';

export type SuppressionReason = 'bounce' | 'complaint';

/** An address that mail must not go to. */
export interface Suppression {
  readonly addressHash: string;
  readonly reason: SuppressionReason;
  /** Epoch seconds of the bounce or complaint. */
  readonly at: number;
}

/**
 * What an address is suppressed by: it cannot be turned back into the address without the key.
 *
 * @param email normalised address
 */
export function suppressionHash(email: string, key: MacKey): string {
  return hmacText(subkey('mail-suppression', key.key), email);
}

/** Whom an event tells not to mail to any more: normalised addresses; none for what may pass, or is no complaint after all. */
export function suppressedBy({ detail }: MailEvent): {
  readonly reason: SuppressionReason;
  readonly at: number;
  readonly emails: readonly string[];
} {
  if (detail.eventType === 'Bounce') {
    const { bounceType, bouncedRecipients, timestamp } = detail.bounce;
    return {
      reason: 'bounce',
      at: secondsOf(timestamp),
      emails: bounceType === 'Permanent' ? addressesOf(bouncedRecipients) : [],
    };
  }
  const { complaintFeedbackType, complainedRecipients, timestamp } = detail.complaint;
  const complains = complaintFeedbackType !== 'not-spam';
  return { reason: 'complaint', at: secondsOf(timestamp), emails: complains ? addressesOf(complainedRecipients) : [] };
}

function secondsOf(timestamp: string): number {
  return Math.floor(Date.parse(timestamp) / 1000);
}

/** A receiving server may have named the mailbox, as in `Ada <ada@example.com>`. */
function addressesOf(recipients: readonly { readonly emailAddress: string }[]): readonly string[] {
  return recipients
    .map(({ emailAddress }) => normalizeEmailAddress(/<([^<>]+)>\s*$/.exec(emailAddress)?.[1] ?? emailAddress.trim()))
    .filter((email) => email !== undefined);
}

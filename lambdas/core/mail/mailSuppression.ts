import type { MailEvent } from '../../contract/mailEvents.ts';
import { hmacText } from '../common/digests.ts';
import { normalizeEmailAddress } from '../common/emailAddress.ts';
import type { MacKey } from '../keys/macKeyRing.ts';
import { subkey } from '../keys/subkey.ts';

export type SuppressionReason = 'bounce' | 'complaint';

/** An address that mail must not go to. */
export interface Suppression {
  readonly addressHash: string;
  /** `unknown`: one that only a later release knows. */
  readonly reason: SuppressionReason | 'unknown';
  /** Epoch seconds of the bounce or complaint. */
  readonly at: number;
}

/**
 * The name under which an address is suppressed. Without the key it cannot be turned back into the address.
 *
 * @param email normalised address
 */
export function suppressionHash(email: string, key: MacKey): string {
  return hmacText(subkey('mail-suppression', key.key), email);
}

/**
 * The normalised addresses that an event says to stop mailing to. A transient bounce, or a complaint of `not-spam`,
 * names none.
 */
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

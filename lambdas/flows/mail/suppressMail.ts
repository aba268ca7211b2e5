import type { MailEvent } from '../../contract/mailEvents.ts';
import type { Accounts } from '../../core/accounts/ports.ts';
import { accountEvent, systemEvent } from '../../core/audit/auditEvent.ts';
import type { Clock } from '../../core/common/clock.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import { suppressedBy, suppressionHash } from '../../core/mail/mailSuppression.ts';
import type { SuppressionRecorder } from '../../core/mail/ports.ts';

export interface SuppressMailDeps {
  readonly accounts: Pick<Accounts, 'findByEmail'>;
  readonly suppressions: SuppressionRecorder;
  readonly mailKeys: Pick<MacKeys, 'current'>;
  readonly clock: Clock;
}

const ses = { type: 'system', id: 'ses' } as const;

/**
 * Suppresses addresses that mail bounced off for good, or whose owner complained. It changes no account: its owner
 * signs in as before. A repeated event changes nothing.
 *
 * @returns how many addresses are newly suppressed.
 * @throws ProblemError `unavailable`: the event is to be delivered again.
 */
export async function suppressMail(deps: SuppressMailDeps, mailEvent: MailEvent): Promise<number> {
  const { reason, at, emails } = suppressedBy(mailEvent);
  const key = await deps.mailKeys.current();
  let suppressed = 0;
  for (const email of emails) {
    const account = await deps.accounts.findByEmail(email);
    const common = { type: 'mail.suppressed', nowMs: deps.clock(), by: ses, reason } as const;
    const done = await deps.suppressions.suppress({
      suppression: { addressHash: suppressionHash(email, key), reason, at },
      event: account ? accountEvent(account, common) : systemEvent(common),
    });
    if (done) suppressed++;
  }
  return suppressed;
}

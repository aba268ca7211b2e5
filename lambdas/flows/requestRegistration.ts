import type { AuditEvent } from '../contract/auditEvents.ts';
import type { Account } from '../core/account.ts';
import { type RequestSource, strangerEvent } from '../core/auditEvent.ts';
import type { Clock } from '../core/clock.ts';
import { normalizeEmailAddress } from '../core/emailAddress.ts';
import { ProblemError } from '../core/errors.ts';
import type { MacKey } from '../core/macKeyRing.ts';
import { newMailedLink } from '../core/mailedLink.ts';
import { type MailJob, noticeJob } from '../core/mailJob.ts';
import { pendingId } from '../core/mailToken.ts';

export interface RequestRegistrationDeps {
  readonly accounts: { findByEmail(normalizedEmail: string): Promise<Account | undefined> };
  readonly registrations: {
    request(input: {
      pendingId: string;
      tokenHash: string;
      expiresAt: number;
      job: MailJob;
      nowMs: number;
    }): Promise<void>;
  };
  readonly audit: { record(event: AuditEvent): Promise<void> };
  readonly mailKeys: { current(): Promise<MacKey> };
  readonly clock: Clock;
}

/**
 * Mails a token to an address, or, where it has an account already, a notice to its owner. What is read and written is
 * the same in both cases.
 *
 * @throws ProblemError `invalid_request` for what is no address, `unavailable`.
 */
export async function requestRegistration(
  deps: RequestRegistrationDeps,
  request: { readonly email: string; readonly from: RequestSource },
): Promise<void> {
  const email = normalizeEmailAddress(request.email);
  if (email === undefined) {
    throw new ProblemError('invalid_request', { errors: [{ field: 'email', message: 'Not an e-mail address' }] });
  }
  const nowMs = deps.clock();
  const key = await deps.mailKeys.current();
  const known = await deps.accounts.findByEmail(email);
  const link = newMailedLink({ purpose: 'verify-email', email, key, nowSeconds: Math.floor(nowMs / 1000) });
  // The event first: one that no change follows does no harm, a change without its event would.
  await deps.audit.record(
    strangerEvent({
      type: 'registration.requested',
      nowMs,
      from: request.from,
      target: { type: 'address' },
      outcome: 'success',
    }),
  );
  await deps.registrations.request({
    pendingId: pendingId(email, key),
    tokenHash: link.tokenHash,
    expiresAt: link.expiresAt,
    job: known ? noticeJob({ template: 'already-registered', to: email, from: request.from, nowMs }) : link.job,
    nowMs,
  });
}

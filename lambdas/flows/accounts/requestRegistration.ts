import type { Accounts, Registrations } from '../../core/accounts/ports.ts';
import { strangerEvent } from '../../core/audit/auditEvent.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import { newMailedLink } from '../../core/mail/mailedLink.ts';
import { noticeJob } from '../../core/mail/mailJob.ts';
import { pendingId } from '../../core/mail/mailToken.ts';
import { requireEmailAddress } from '../steps/emailAddress.ts';
import { type EnforceLimitDeps, enforceLimit } from '../steps/enforceLimit.ts';

export interface RequestRegistrationDeps extends EnforceLimitDeps {
  readonly accounts: Pick<Accounts, 'findByEmail'>;
  readonly registrations: Pick<Registrations, 'request'>;
  readonly mailKeys: Pick<MacKeys, 'current'>;
  readonly credentialKeys: Pick<MacKeys, 'current'>;
}

/**
 * Mails a token to an address, or, where it has an account already, a notice to its owner. It reads and writes the same
 * in both cases.
 *
 * @throws ProblemError `invalid_request` for a text that is no address; `rate_limited`, `unavailable`.
 */
export async function requestRegistration(
  deps: RequestRegistrationDeps,
  request: { readonly email: string; readonly from: RequestSource },
): Promise<void> {
  const email = requireEmailAddress(request.email);
  const [key, credentialKey] = await Promise.all([deps.mailKeys.current(), deps.credentialKeys.current()]);
  const { from } = request;
  await enforceLimit(deps, { ...limitFor('registrationPerAddress', from), from });
  await enforceLimit(deps, { ...limitFor('registrationPerAccount', { email, key: credentialKey }), from });
  const nowMs = deps.clock();
  const known = await deps.accounts.findByEmail(email);
  const link = newMailedLink({ purpose: 'verify-email', email, key, nowSeconds: Math.floor(nowMs / 1000) });
  // The event goes first: an event without its change does no harm, a change without its event would.
  await deps.audit.record(strangerEvent({ type: 'registration.requested', nowMs, from }));
  await deps.registrations.request({
    pendingId: pendingId(email, key),
    tokenHash: link.tokenHash,
    expiresAt: link.expiresAt,
    job: known ? noticeJob({ template: 'already-registered', to: email, from, nowMs }) : link.job,
    nowMs,
  });
}

import { randomUUID } from 'node:crypto';
import type { Accounts, Registrations } from '../../core/accounts/ports.ts';
import { strangerEvent } from '../../core/audit/auditEvent.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import { decoyJob } from '../../core/mail/mailJob.ts';
import { pendingId } from '../../core/mail/mailToken.ts';
import { mailToClaimedAddress, noticeForHolder } from '../steps/addressNotice.ts';
import { requireMailableAddress } from '../steps/emailAddress.ts';
import { type EnforceLimitDeps, enforceLimit } from '../steps/enforceLimit.ts';
import { hasMailLeft, type MailAllowanceDeps, mayLeave } from '../steps/mailAllowance.ts';

export interface RequestRegistrationDeps extends EnforceLimitDeps, MailAllowanceDeps {
  readonly accounts: Pick<Accounts, 'holderOf'>;
  readonly registrations: Pick<Registrations, 'request' | 'kept'>;
  readonly mailKeys: Pick<MacKeys, 'current'>;
  readonly credentialKeys: Pick<MacKeys, 'current'>;
}

/**
 * Mails a token to an address, or, where it has an account already or is reserved for one, a notice to its owner.
 * Beyond the mails of the source or of the address, the link that was mailed last is mailed again, if it is good still.
 * It reads, writes and answers the same in all cases.
 *
 * @throws ProblemError `invalid_request` for a text that is no address; `rate_limited` by the source address alone;
 * `unavailable`.
 */
export async function requestRegistration(
  deps: RequestRegistrationDeps,
  request: { readonly email: string; readonly from: RequestSource },
): Promise<void> {
  const email = requireMailableAddress(request.email);
  const [key, credentialKey] = await Promise.all([deps.mailKeys.current(), deps.credentialKeys.current()]);
  const { from } = request;
  await enforceLimit(deps, { ...limitFor('registrationPerAddress', from), from });
  const addressee = { email, key: credentialKey };
  const hasRoom = await hasMailLeft(deps, 'registrationPerAccountAndAddress', { ...addressee, ip: from.ip });
  const nowMs = deps.clock();
  const holder = await deps.accounts.holderOf(email);
  const taken = noticeForHolder(holder, nowMs);
  const asked = { purpose: 'verify-email', email, key, nowSeconds: Math.floor(nowMs / 1000) } as const;
  const kept = await deps.registrations.kept(pendingId(email, key));
  const { link, mail } = mailToClaimedAddress(asked, { taken, hasRoom, kept, from });
  const leaves = await mayLeave(deps, addressee, mail && { account: holder.account });
  // The event goes first: an event without its change does no harm, a change without its event would.
  await deps.audit.record(strangerEvent({ type: 'registration.requested', nowMs, from }));
  await deps.registrations.request({
    pendingId: pendingId(leaves ? email : randomUUID(), key),
    link,
    again: leaves && !hasRoom ? kept : undefined,
    job: leaves && mail ? mail : decoyJob(nowMs),
    nowMs,
  });
}

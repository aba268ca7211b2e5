import { randomUUID } from 'node:crypto';
import type { Accounts } from '../../core/accounts/ports.ts';
import { accountEvent, strangerEvent } from '../../core/audit/auditEvent.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import { newMailedLink } from '../../core/mail/mailedLink.ts';
import { decoyJob } from '../../core/mail/mailJob.ts';
import type { PasswordResets } from '../../core/passwords/ports.ts';
import { requireEmailAddress } from '../steps/emailAddress.ts';
import { type EnforceLimitDeps, enforceLimit } from '../steps/enforceLimit.ts';

export interface RequestPasswordResetDeps extends EnforceLimitDeps {
  readonly accounts: Pick<Accounts, 'findByEmail'>;
  readonly resets: Pick<PasswordResets, 'request'>;
  readonly mailKeys: Pick<MacKeys, 'current'>;
  readonly credentialKeys: Pick<MacKeys, 'current'>;
}

/**
 * Mails the owner of an address a token that sets a new password. For an address without an active account, or beyond
 * its mails of the hour, the flow reads, computes and writes the same, and no mail goes out.
 *
 * @throws ProblemError `invalid_request` for a text that is no address; `rate_limited` by the source address alone;
 * `unavailable`.
 */
export async function requestPasswordReset(
  deps: RequestPasswordResetDeps,
  request: { readonly email: string; readonly from: RequestSource },
): Promise<void> {
  const email = requireEmailAddress(request.email);
  const { from } = request;
  const [key, credentialKey] = await Promise.all([deps.mailKeys.current(), deps.credentialKeys.current()]);
  await enforceLimit(deps, { ...limitFor('resetPerAddress', from), from });
  const { admitted } = await deps.limits.consume(limitFor('resetPerAccount', { email, key: credentialKey }));
  const nowMs = deps.clock();
  const found = await deps.accounts.findByEmail(email);
  const account = found?.status === 'active' && admitted ? found : undefined;
  const link = newMailedLink({ purpose: 'reset', email, key, nowSeconds: Math.floor(nowMs / 1000) });
  // The event goes first: an event without its change does no harm, a change without its event would.
  const event = { type: 'password.reset_requested', nowMs, from } as const;
  await deps.audit.record(account ? accountEvent(account, event) : strangerEvent(event));
  await deps.resets.request({
    sub: account?.sub ?? randomUUID(),
    tokenHash: link.tokenHash,
    expiresAt: link.expiresAt,
    job: account ? link.job : decoyJob(nowMs),
    nowMs,
  });
}

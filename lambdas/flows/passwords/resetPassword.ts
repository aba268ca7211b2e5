import type { Account } from '../../core/accounts/account.ts';
import type { Accounts } from '../../core/accounts/ports.ts';
import { accountEvent } from '../../core/audit/auditEvent.ts';
import { ProblemError } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { invalidLink } from '../../core/mail/mailedLink.ts';
import { noticeJob } from '../../core/mail/mailJob.ts';
import type { PasswordPolicy } from '../../core/passwords/passwordPolicy.ts';
import type { PasswordHasher, PasswordResets } from '../../core/passwords/ports.ts';
import { countLink, refusedLink } from '../steps/countLink.ts';
import type { EnforceLimitDeps } from '../steps/enforceLimit.ts';
import { type KeepDeviceDeps, keepDevice } from '../steps/keepDevice.ts';
import { type MailedTokenDeps, readMailedToken } from '../steps/mailedToken.ts';

export interface ReadResetLinkDeps extends MailedTokenDeps {
  readonly accounts: Pick<Accounts, 'findByEmail'>;
  readonly resets: Pick<PasswordResets, 'isPending'>;
}

export interface ResetPasswordDeps extends EnforceLimitDeps, KeepDeviceDeps, ReadResetLinkDeps {
  readonly resets: Pick<PasswordResets, 'isPending' | 'complete'>;
  readonly hasher: Pick<PasswordHasher, 'hash'>;
  readonly passwordPolicy: Pick<PasswordPolicy, 'check'>;
}

export interface ResetPasswordRequest {
  readonly token: string;
  readonly newPassword: string;
  /** Of the device, which stays known if it was. */
  readonly deviceToken: string | undefined;
  readonly from: RequestSource;
}

/**
 * Sets a new password by a mailed token, which proves the address as well. It ends every session, and every access
 * token within the revocation bound. It signs nobody in: the next sign-in demands the second factor as before.
 *
 * @throws ProblemError `invalid_token` (400) for a token that is forged, used, replaced or expired; `weak_password`,
 * which does not use the token up; `rate_limited`; `unavailable`.
 */
export async function resetPassword(deps: ResetPasswordDeps, request: ResetPasswordRequest): Promise<void> {
  const { from } = request;
  const link = await readResetLink(deps, request.token);
  if (!link) throw await refusedLink(deps, from);
  const { account, tokenHash } = link;
  const errors = await deps.passwordPolicy.check({
    password: request.newPassword,
    email: account.normalizedEmail,
    field: 'new_password',
  });
  if (errors.length > 0) throw new ProblemError('weak_password', { errors });
  await countLink(deps, link, { from, account });
  const passwordHash = await deps.hasher.hash(request.newPassword);
  const nowMs = deps.clock();
  const completed = await deps.resets.complete({
    account,
    tokenHash,
    passwordHash,
    nowMs,
    event: accountEvent(account, { type: 'password.reset', nowMs, from }),
    notice: noticeJob({ template: 'password-changed', to: account.normalizedEmail, owner: account.sub, from, nowMs }),
  });
  if (!completed) throw invalidLink();
  await keepDevice(deps, account, { deviceToken: request.deviceToken, nowMs });
}

/**
 * Whose password a mailed token would set, or undefined when the token is forged, used, replaced or expired. It uses
 * nothing up: the transaction decides.
 */
export async function readResetLink(
  deps: ReadResetLinkDeps,
  token: string,
): Promise<{ readonly account: Account; readonly tokenHash: string } | undefined> {
  const mailed = await readMailedToken(deps, 'reset', token);
  const account = mailed && (await deps.accounts.findByEmail(mailed.email));
  if (!mailed || account?.status !== 'active') return undefined;
  const { tokenHash } = mailed;
  return (await deps.resets.isPending({ sub: account.sub, tokenHash })) ? { account, tokenHash } : undefined;
}

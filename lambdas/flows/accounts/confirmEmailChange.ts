import type { Account } from '../../core/accounts/account.ts';
import type { Accounts, EmailChanges } from '../../core/accounts/ports.ts';
import { accountEvent } from '../../core/audit/auditEvent.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import { invalidLink } from '../../core/mail/mailedLink.ts';
import { noticeJob } from '../../core/mail/mailJob.ts';
import { type EnforceLimitDeps, enforceLimit } from '../steps/enforceLimit.ts';
import { type MailedTokenDeps, readMailedToken } from '../steps/mailedToken.ts';

export interface ReadEmailChangeLinkDeps extends MailedTokenDeps {
  readonly accounts: Pick<Accounts, 'find'>;
  readonly emailChanges: Pick<EmailChanges, 'isPending'>;
}

export interface ConfirmEmailChangeDeps extends EnforceLimitDeps, ReadEmailChangeLinkDeps {
  readonly emailChanges: Pick<EmailChanges, 'isPending' | 'complete'>;
}

/**
 * Makes the new address the account's, by the token that was mailed to it, and tells the old one. The sessions go on:
 * the password is the same, and whoever asked for the change had signed in just then.
 *
 * @throws ProblemError `invalid_token` (400) for a token that is forged, used, replaced or expired, when the address
 * was taken meanwhile, or the account's password, address or factors were changed, or it was signed out everywhere,
 * since the token was asked for; `rate_limited`; `unavailable`.
 */
export async function confirmEmailChange(
  deps: ConfirmEmailChangeDeps,
  request: { readonly token: string; readonly from: RequestSource },
): Promise<void> {
  const link = await readEmailChangeLink(deps, request.token);
  if (!link) throw invalidLink();
  const { account, newEmail, tokenHash } = link;
  const { from } = request;
  await enforceLimit(deps, { ...limitFor('verificationPerAddress', from), from, account });
  const nowMs = deps.clock();
  const completed = await deps.emailChanges.complete({
    account,
    newEmail,
    tokenHash,
    nowMs,
    event: accountEvent(account, { type: 'email.changed', nowMs, from }),
    notice: noticeJob({ template: 'email-changed', to: account.normalizedEmail, from, nowMs }),
  });
  if (!completed) throw invalidLink();
}

/**
 * Which account's address a mailed token would change, and to what; undefined when the token is forged, used, replaced
 * or expired. It uses nothing up: the transaction decides.
 */
export async function readEmailChangeLink(
  deps: ReadEmailChangeLinkDeps,
  token: string,
): Promise<{ readonly account: Account; readonly newEmail: string; readonly tokenHash: string } | undefined> {
  const mailed = await readMailedToken(deps, 'confirm-email', token);
  const account = mailed?.sub === undefined ? undefined : await deps.accounts.find(mailed.sub);
  if (!mailed || account?.status !== 'active') return undefined;
  const { email: newEmail, tokenHash } = mailed;
  return (await deps.emailChanges.isPending({ account, tokenHash })) ? { account, newEmail, tokenHash } : undefined;
}

import type { Account } from '../../core/accounts/account.ts';
import type { Accounts, EmailChanges } from '../../core/accounts/ports.ts';
import { accountEvent } from '../../core/audit/auditEvent.ts';
import { epochSeconds } from '../../core/common/clock.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import { invalidLink } from '../../core/mail/mailedLink.ts';
import { noticeJob } from '../../core/mail/mailJob.ts';
import { hashMailToken, openMailToken } from '../../core/mail/mailToken.ts';
import { type EnforceLimitDeps, enforceLimit } from '../steps/enforceLimit.ts';

export interface ConfirmEmailChangeDeps extends EnforceLimitDeps {
  readonly accounts: Pick<Accounts, 'find'>;
  readonly emailChanges: EmailChanges;
  readonly mailKeys: Pick<MacKeys, 'find'>;
}

/**
 * Makes the new address the account's, by the token that was mailed to it, and tells the old one. The sessions go on: the
 * password is the same, and whoever asked for the change had signed in just then.
 *
 * @throws ProblemError `invalid_token` (400) for a token that is forged, used, replaced or expired, when the address was
 * taken meanwhile, or the account was changed in what signs in, or signed out everywhere, since it was asked for; `rate_limited`; `unavailable`.
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

/** Which account's address a mailed token would change to what, as far as a look tells; it uses nothing up. */
export async function readEmailChangeLink(
  deps: Pick<ConfirmEmailChangeDeps, 'accounts' | 'mailKeys' | 'clock'> & {
    readonly emailChanges: Pick<EmailChanges, 'isPending'>;
  },
  token: string,
): Promise<{ readonly account: Account; readonly newEmail: string; readonly tokenHash: string } | undefined> {
  const opened = await openMailToken(token, {
    purpose: 'confirm-email',
    nowSeconds: epochSeconds(deps.clock),
    find: (kid) => deps.mailKeys.find(kid),
  });
  if (opened?.sub === undefined) return undefined;
  const account = await deps.accounts.find(opened.sub);
  if (account?.status !== 'active') return undefined;
  const tokenHash = hashMailToken(token);
  const pending = await deps.emailChanges.isPending({ account, tokenHash });
  return pending ? { account, newEmail: opened.email, tokenHash } : undefined;
}

import type { Account } from '../core/account.ts';
import { ProblemError } from '../core/errors.ts';
import type { Principal } from '../core/principal.ts';
import { requireStepUp } from '../core/stepUp.ts';

/**
 * The account of a principal who is about to change what signs in.
 *
 * @throws ProblemError `invalid_token` when the account is gone or disabled; `step_up_required`; `unavailable`.
 */
export async function ownAccountAfterStepUp(
  accounts: { find(sub: string): Promise<Account | undefined> },
  principal: Principal,
  nowSeconds: number,
): Promise<Account> {
  const account = await accounts.find(principal.sub);
  if (account?.status !== 'active') throw new ProblemError('invalid_token');
  requireStepUp(principal, account, nowSeconds);
  return account;
}

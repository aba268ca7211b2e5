import type { Account } from '../../core/accounts/account.ts';
import type { Principal } from '../../core/sessions/principal.ts';
import { requireStepUp } from '../../core/sessions/stepUp.ts';
import { type ActiveAccountDeps, activeAccount } from './activeAccount.ts';

/**
 * The account of a principal who is about to change its password, address or factors, or to delete it.
 *
 * @throws ProblemError `invalid_token` when the account is gone or disabled, or its sessions have ended;
 * `step_up_required`; `unavailable`.
 */
export async function ownAccountAfterStepUp(
  deps: ActiveAccountDeps,
  principal: Principal,
  nowSeconds: number,
): Promise<Account> {
  const account = await activeAccount(deps, principal);
  requireStepUp(principal, account, nowSeconds);
  return account;
}

import type { Account } from '../../core/accounts/account.ts';
import type { AccountAdministration } from '../../core/accounts/ports.ts';
import { accountEvent } from '../../core/audit/auditEvent.ts';
import type { Operator } from '../../core/audit/operator.ts';
import type { Clock } from '../../core/common/clock.ts';

export interface AccountStatusDeps {
  readonly administration: Pick<AccountAdministration, 'disable' | 'enable'>;
  readonly clock: Clock;
}

/**
 * Disables an account: its sessions are dead, and its access tokens are refused within the revocation bound.
 *
 * @returns false when it was not active.
 */
export function disableAccount(
  deps: AccountStatusDeps,
  account: Account,
  { operator, reason }: { readonly operator: Operator; readonly reason?: string },
): Promise<boolean> {
  const nowMs = deps.clock();
  const event = accountEvent(account, { type: 'account.disabled', nowMs, by: operator, reason });
  return deps.administration.disable({ sub: account.sub, nowMs, event });
}

/**
 * Lets an account sign in again. Its old sessions stay dead.
 *
 * @returns false when it was not disabled.
 */
export function enableAccount(deps: AccountStatusDeps, account: Account, operator: Operator): Promise<boolean> {
  const nowMs = deps.clock();
  const event = accountEvent(account, { type: 'account.enabled', nowMs, by: operator });
  return deps.administration.enable({ sub: account.sub, nowMs, event });
}

import type { Account } from '../../core/accounts/account.ts';
import type { AccountAdministration, AccountStatusChange } from '../../core/accounts/ports.ts';
import { type Operator, operatorEvent } from '../../core/audit/operator.ts';
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
  return deps.administration.disable(change(deps, account, { type: 'account.disabled', operator, reason }));
}

/**
 * Lets an account sign in again. Its old sessions stay dead.
 *
 * @returns false when it was not disabled.
 */
export function enableAccount(deps: AccountStatusDeps, account: Account, operator: Operator): Promise<boolean> {
  return deps.administration.enable(change(deps, account, { type: 'account.enabled', operator }));
}

function change(
  { clock }: AccountStatusDeps,
  { sub, tenantId }: Account,
  input: { type: 'account.disabled' | 'account.enabled'; operator: Operator; reason?: string | undefined },
): AccountStatusChange {
  const nowMs = clock();
  const { type, operator, reason } = input;
  const event = operatorEvent({
    type,
    operator,
    target: { type: 'account', id: sub },
    nowMs,
    tenantId,
    ...(reason !== undefined && { reason }),
  });
  return { sub, nowMs, event };
}

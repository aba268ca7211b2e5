import type { AuditEvent } from '../contract/auditEvents.ts';
import type { Account } from '../core/account.ts';
import { type Operator, operatorEvent } from '../core/operator.ts';
import { type AccountStatusDeps, disableAccount } from './changeAccountStatus.ts';

export interface DeleteAccountDeps extends AccountStatusDeps {
  readonly administration: AccountStatusDeps['administration'] & {
    remove(input: { sub: string; normalizedEmail: string; nowMs: number; event: AuditEvent }): Promise<boolean>;
  };
  readonly sessions: { removeAll(sub: string): Promise<void> };
}

/**
 * Deletes an account, its address and its sessions. It is disabled first, so that no session can begin meanwhile; the
 * account itself goes last, so that whoever repeats an interrupted deletion still finds it.
 *
 * @returns false when the account was enabled or deleted by somebody else meanwhile.
 */
export async function deleteAccount(deps: DeleteAccountDeps, account: Account, operator: Operator): Promise<boolean> {
  const { sub, normalizedEmail, tenantId } = account;
  await disableAccount(deps, account, { operator, reason: 'deletion' });
  await deps.sessions.removeAll(sub);
  const nowMs = deps.clock();
  const event = operatorEvent({
    type: 'account.deleted',
    operator,
    target: { type: 'account', id: sub },
    nowMs,
    tenantId,
  });
  return deps.administration.remove({ sub, normalizedEmail, nowMs, event });
}

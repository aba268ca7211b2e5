import type { Account } from '../../core/accounts/account.ts';
import { type Operator, operatorEvent } from '../../core/audit/operator.ts';
import type { Clock } from '../../core/common/clock.ts';
import type { SessionRevocation } from '../../core/sessions/ports.ts';

export interface RevokeSessionsDeps {
  readonly revocation: SessionRevocation;
  readonly clock: Clock;
}

const reason = 'operator';

/** Ends every session of an account. @returns false when the account has gone meanwhile. */
export function revokeAllSessions(deps: RevokeSessionsDeps, account: Account, operator: Operator): Promise<boolean> {
  const { sub, tenantId } = account;
  const nowMs = deps.clock();
  const target = { type: 'account', id: sub } as const;
  const event = operatorEvent({ type: 'sessions.revoked_all', operator, target, nowMs, tenantId, reason });
  return deps.revocation.revokeEverywhere({ sub, nowMs, event });
}

/** Ends one session. @returns false when the account has no such active session. */
export function revokeSession(
  deps: RevokeSessionsDeps,
  account: Account,
  { sid, operator }: { readonly sid: string; readonly operator: Operator },
): Promise<boolean> {
  const { sub, tenantId } = account;
  const nowMs = deps.clock();
  const target = { type: 'session', id: sid } as const;
  const event = operatorEvent({ type: 'session.revoked', operator, target, nowMs, tenantId, reason });
  return deps.revocation.revoke({ sub, sid, nowMs, event });
}

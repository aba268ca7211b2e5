import type { Account } from '../../core/accounts/account.ts';
import { accountEvent } from '../../core/audit/auditEvent.ts';
import type { Operator } from '../../core/audit/operator.ts';
import type { Clock } from '../../core/common/clock.ts';
import type { SessionRevocation } from '../../core/sessions/ports.ts';
import { sessionEpochOf } from '../../core/sessions/session.ts';

export interface RevokeSessionsDeps {
  readonly revocation: SessionRevocation;
  readonly clock: Clock;
}

const reason = 'operator';

/** Ends every session of an account. @returns false when the account has gone meanwhile. */
export function revokeAllSessions(deps: RevokeSessionsDeps, account: Account, operator: Operator): Promise<boolean> {
  const nowMs = deps.clock();
  const event = accountEvent(account, { type: 'sessions.revoked_all', nowMs, by: operator, reason });
  return deps.revocation.revokeEverywhere({ sub: account.sub, nowMs, event });
}

/** Ends one session. @returns false when the account has no such live session. */
export async function revokeSession(
  deps: RevokeSessionsDeps,
  account: Account,
  { sid, operator }: { readonly sid: string; readonly operator: Operator },
): Promise<boolean> {
  const epoch = sessionEpochOf(sid);
  if (epoch === undefined) return false;
  const nowMs = deps.clock();
  const event = accountEvent(account, { type: 'session.revoked', nowMs, by: operator, targetId: sid, reason });
  return deps.revocation.revoke({ sub: account.sub, sid, epoch, nowMs, event });
}

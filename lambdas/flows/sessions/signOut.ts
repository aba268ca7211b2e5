import type { Accounts } from '../../core/accounts/ports.ts';
import { accountEvent, type EventSubject } from '../../core/audit/auditEvent.ts';
import type { Clock } from '../../core/common/clock.ts';
import { ProblemError } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import type { SessionRevocation } from '../../core/sessions/ports.ts';
import type { Principal } from '../../core/sessions/principal.ts';
import { hashSessionSecret, parseRefreshToken, verifyRefreshTokenMac } from '../../core/sessions/refreshToken.ts';
import type { SessionProof } from '../../core/sessions/session.ts';
import { firstPartyClientId } from '../../core/sessions/session.ts';

export interface SignOutDeps {
  readonly accounts: Pick<Accounts, 'find'>;
  readonly revocation: SessionRevocation;
  readonly refreshKeys: Pick<MacKeys, 'find'>;
  readonly clock: Clock;
}

/** Ends the session of an access token or a cookie. One that has ended already is no error. */
export async function signOut(deps: SignOutDeps, principal: Principal, from: RequestSource): Promise<void> {
  await endSession(deps, { account: principal, sid: principal.sid, reason: 'logout', from });
}

/**
 * Ends the session of a refresh token, of whatever generation: who holds one may end its session. A token that no
 * longer holds is no error (as RFC 7009 §2.2). The account is read only where no principal of the same subject came
 * with it.
 */
export async function signOutByRefreshToken(
  deps: SignOutDeps,
  request: { readonly token: string; readonly principal: Principal | undefined; readonly from: RequestSource },
): Promise<void> {
  const { principal, from } = request;
  const token = parseRefreshToken(request.token);
  const key = token && (await deps.refreshKeys.find(token.kid));
  if (!token || !key || !verifyRefreshTokenMac(token, firstPartyClientId, key)) return;
  const account = principal?.sub === token.sub ? principal : await deps.accounts.find(token.sub);
  if (!account) return;
  const proof = { secretHash: hashSessionSecret(token.sessionSecret) };
  await endSession(deps, { account, sid: token.sid, proof, reason: 'logout', from });
}

/**
 * Ends another of the subject's sessions.
 *
 * @throws ProblemError `not_found` when the subject has no such active session.
 */
export async function revokeOwnSession(
  deps: SignOutDeps,
  principal: Principal,
  sid: string,
  from: RequestSource,
): Promise<void> {
  const ended = await endSession(deps, { account: principal, sid, reason: 'revoked_by_subject', from });
  if (!ended) throw new ProblemError('not_found');
}

/** Ends every session of the subject. */
export async function signOutEverywhere(deps: SignOutDeps, principal: Principal, from: RequestSource): Promise<void> {
  const nowMs = deps.clock();
  const common = { nowMs, from, by: 'subject', reason: 'logout_everywhere' } as const;
  const event = accountEvent(principal, { type: 'sessions.revoked_all', ...common });
  await deps.revocation.revokeEverywhere({ sub: principal.sub, nowMs, event });
}

export interface EndSessionDeps {
  readonly revocation: Pick<SessionRevocation, 'revoke'>;
  readonly clock: Clock;
}

/** Ends one session. @returns false when there is no such active session. */
export function endSession(
  { revocation, clock }: EndSessionDeps,
  ended: {
    readonly account: EventSubject;
    readonly sid: string;
    /** Given when whoever asks has shown no more than a secret of the session. */
    readonly proof?: SessionProof;
    readonly reason: string;
    readonly from: RequestSource;
  },
): Promise<boolean> {
  const { account, sid, proof, reason, from } = ended;
  const nowMs = clock();
  const event = accountEvent(account, { type: 'session.revoked', nowMs, from, by: 'subject', targetId: sid, reason });
  return revocation.revoke({ sub: account.sub, sid, proof, nowMs, event });
}

import type { Accounts } from '../../core/accounts/ports.ts';
import { accountEvent, type EventSubject } from '../../core/audit/auditEvent.ts';
import type { Clock } from '../../core/common/clock.ts';
import { ProblemError } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import type { SessionRevocation } from '../../core/sessions/ports.ts';
import type { Principal } from '../../core/sessions/principal.ts';
import { hashSessionSecret, parseRefreshToken, verifyRefreshTokenMac } from '../../core/sessions/refreshToken.ts';
import { firstPartyClientId, type SessionProof, sessionEpochOf } from '../../core/sessions/session.ts';
import { type EnforceLimitDeps, enforceLimit } from '../steps/enforceLimit.ts';

export interface SignOutDeps extends EnforceLimitDeps {
  readonly accounts: Pick<Accounts, 'find'>;
  readonly revocation: SessionRevocation;
  readonly refreshKeys: Pick<MacKeys, 'find'>;
}

/** Ends the session of an access token or a cookie. One that has ended already is no error. */
export async function signOut(deps: SignOutDeps, principal: Principal, from: RequestSource): Promise<void> {
  await endSession(deps, { account: principal, sid: principal.sid, reason: 'logout', from });
}

/**
 * Ends the session of a refresh token, of whatever generation: who holds one may end its session. A token that no
 * longer holds is no error (as RFC 7009 §2.2). The account is read only where no principal of the same subject came
 * with it.
 *
 * @returns whether the token was issued here, good or not
 */
export async function signOutByRefreshToken(
  deps: SignOutDeps,
  request: { readonly token: string; readonly principal: Principal | undefined; readonly from: RequestSource },
): Promise<boolean> {
  const { principal, from } = request;
  const token = parseRefreshToken(request.token);
  const key = token && (await deps.refreshKeys.find(token.kid));
  if (!token || !key || !verifyRefreshTokenMac(token, firstPartyClientId, key)) return false;
  const account = principal?.sub === token.sub ? principal : await deps.accounts.find(token.sub);
  if (!account) return true;
  const proof = { secretHash: hashSessionSecret(token.sessionSecret) };
  await endSession(deps, { account, sid: token.sid, proof, reason: 'logout', from });
  return true;
}

/**
 * Ends another of the subject's sessions.
 *
 * @throws ProblemError `not_found` when the subject has no such live session; `rate_limited`.
 */
export async function revokeOwnSession(
  deps: SignOutDeps,
  principal: Principal,
  sid: string,
  from: RequestSource,
): Promise<void> {
  await enforceLimit(deps, { ...limitFor('sessionEndsPerSession', principal), from, account: principal });
  // Both are of the account's epoch, or one of them is over.
  const sameEpoch = sessionEpochOf(sid) === sessionEpochOf(principal.sid);
  const ended = sameEpoch && (await endSession(deps, { account: principal, sid, reason: 'revoked_by_subject', from }));
  if (!ended) throw new ProblemError('not_found');
}

/**
 * Ends every session of the subject.
 *
 * @throws ProblemError `invalid_token` when they have ended already: a dead token ends none of the newer ones;
 * `rate_limited`, `unavailable`.
 */
export async function signOutEverywhere(deps: SignOutDeps, principal: Principal, from: RequestSource): Promise<void> {
  await enforceLimit(deps, { ...limitFor('signOutsEverywherePerSession', principal), from, account: principal });
  const nowMs = deps.clock();
  const common = { nowMs, from, by: 'subject', reason: 'logout_everywhere' } as const;
  const event = accountEvent(principal, { type: 'sessions.revoked_all', ...common });
  const epoch = sessionEpochOf(principal.sid);
  const ended =
    epoch !== undefined && (await deps.revocation.revokeEverywhere({ sub: principal.sub, epoch, nowMs, event }));
  if (!ended) throw new ProblemError('invalid_token');
}

export interface EndSessionDeps {
  readonly revocation: Pick<SessionRevocation, 'revoke'>;
  readonly clock: Clock;
}

/** Ends one session. @returns false when there is no such live session, or all of the account's have ended since. */
export async function endSession(
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
  const epoch = sessionEpochOf(sid);
  if (epoch === undefined) return false;
  const nowMs = clock();
  const event = accountEvent(account, { type: 'session.revoked', nowMs, from, by: 'subject', targetId: sid, reason });
  return revocation.revoke({ sub: account.sub, sid, epoch, proof, nowMs, event });
}

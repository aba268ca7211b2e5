import { auditEvent } from '../../core/audit/auditEvent.ts';
import type { Clock } from '../../core/common/clock.ts';
import { ProblemError } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import { firstPartyClientId } from '../../core/sessions/firstPartyClient.ts';
import type { SessionRevocation } from '../../core/sessions/ports.ts';
import type { Principal } from '../../core/sessions/principal.ts';
import { hashSessionSecret, parseRefreshToken, verifyRefreshTokenMac } from '../../core/sessions/refreshToken.ts';
import type { SessionProof } from '../../core/sessions/session.ts';

export interface SignOutDeps {
  readonly revocation: SessionRevocation;
  readonly refreshKeys: Pick<MacKeys, 'find'>;
  readonly clock: Clock;
}

interface SessionToEnd {
  readonly sub: string;
  readonly sid: string;
  readonly proof?: SessionProof;
}

/** Ends the session of an access token. One that has ended already is no error. */
export async function signOut(deps: SignOutDeps, principal: Principal, from: RequestSource): Promise<void> {
  await endSession(deps, principal, 'logout', from);
}

/**
 * Ends the session of a refresh token, of whatever generation: who holds one may end its session. A token that is no
 * longer good is no error (as RFC 7009 §2.2).
 */
export async function signOutByRefreshToken(deps: SignOutDeps, text: string, from: RequestSource): Promise<void> {
  const token = parseRefreshToken(text);
  const key = token && (await deps.refreshKeys.find(token.kid));
  if (!token || !key || !verifyRefreshTokenMac(token, firstPartyClientId, key)) return;
  const { sub, sid } = token;
  await endSession(deps, { sub, sid, proof: { secretHash: hashSessionSecret(token.sessionSecret) } }, 'logout', from);
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
  const ended = await endSession(deps, { sub: principal.sub, sid }, 'revoked_by_subject', from);
  if (!ended) throw new ProblemError('not_found');
}

/** Ends every session of the subject. */
export async function signOutEverywhere(deps: SignOutDeps, principal: Principal, from: RequestSource): Promise<void> {
  const nowMs = deps.clock();
  await deps.revocation.revokeEverywhere({
    sub: principal.sub,
    nowMs,
    event: auditEvent({
      type: 'sessions.revoked_all',
      nowMs,
      from,
      actor: { type: 'subject', id: principal.sub },
      target: { type: 'account', id: principal.sub },
      outcome: 'success',
      reason: 'logout_everywhere',
    }),
  });
}

/** Ends one session, whoever's right it is to. @returns false when there is no such active session. */
export function endSession(
  deps: { readonly revocation: Pick<SignOutDeps['revocation'], 'revoke'>; readonly clock: Clock },
  { sub, sid, proof }: SessionToEnd,
  reason: string,
  from: RequestSource,
): Promise<boolean> {
  const nowMs = deps.clock();
  return deps.revocation.revoke({
    sub,
    sid,
    proof,
    nowMs,
    event: auditEvent({
      type: 'session.revoked',
      nowMs,
      from,
      actor: { type: 'subject', id: sub },
      target: { type: 'session', id: sid },
      outcome: 'success',
      reason,
    }),
  });
}

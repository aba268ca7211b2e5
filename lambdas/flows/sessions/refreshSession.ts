import type { Account } from '../../core/accounts/account.ts';
import { accountEvent } from '../../core/audit/auditEvent.ts';
import { epochSeconds } from '../../core/common/clock.ts';
import { ProblemError } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import type { MacKeys, SigningKeys } from '../../core/keys/ports.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import type { IssuedTokens } from '../../core/sessions/delivery.ts';
import type { TokenSettings } from '../../core/sessions/issuedTokens.ts';
import { issuedTokens } from '../../core/sessions/issuedTokens.ts';
import type { RefreshRotation, SessionReader, SessionRevocation } from '../../core/sessions/ports.ts';
import { decideRefusedRefresh } from '../../core/sessions/refreshDecision.ts';
import {
  encodeRefreshToken,
  hashSessionSecret,
  parseRefreshToken,
  type RefreshToken,
  successor,
  verifyRefreshTokenMac,
} from '../../core/sessions/refreshToken.ts';
import { type Delivery, firstPartyClientId, sessionEpochOf } from '../../core/sessions/session.ts';
import { sessionClaims } from '../../core/sessions/sessionClaims.ts';
import { SessionOver } from '../../core/sessions/sessionOver.ts';
import { issueAccessToken } from '../../core/tokens/issueAccessToken.ts';
import { admitted, type EnforceLimitDeps } from '../steps/enforceLimit.ts';

export interface RefreshDeps extends EnforceLimitDeps {
  readonly rotation: RefreshRotation;
  readonly sessions: Pick<SessionReader, 'read'>;
  readonly revocation: Pick<SessionRevocation, 'revoke'>;
  readonly signingKeys: SigningKeys;
  readonly refreshKeys: Pick<MacKeys, 'find'>;
  readonly onReuse: () => void;
  readonly settings: TokenSettings;
  readonly retryWindowSeconds: number;
}

export interface RefreshRequest {
  readonly refreshToken: string;
  /** Where it was presented. */
  readonly delivery: Delivery;
  readonly from: RequestSource;
  /** Epoch milliseconds at the gateway. */
  readonly arrivedAtMs: number;
}

/**
 * Exchanges a refresh token for its successor (RFC 6749 §6, RFC 9700 §4.14.2).
 *
 * Session and account are read while the attempt is counted: the read gives the claims, and the tenant that the events
 * name. Whether the token may rotate is decided by the transaction alone. A client that lost the answer gets the same
 * successor again within the retry window; one that is used later revokes its session. A browser's tabs share one
 * token: while it is younger than the window it stays, so that they cannot outrun each other. A token that is presented
 * in another way than it was delivered in is refused, and nothing is revoked.
 *
 * @throws ProblemError `invalid_grant`, `rate_limited`, `unavailable`.
 */
export async function refreshSession(deps: RefreshDeps, request: RefreshRequest): Promise<IssuedTokens> {
  const { clock, settings } = deps;
  const { token, key, epoch } = await authenticate(deps, request);
  const { from } = request;
  const takenAt = epochSeconds(clock);
  const decision = limitFor('refreshPerSession', token);
  // Awaits both even if one fails: nothing may go on after the answer.
  const [counting, reading] = await Promise.allSettled([deps.limits.consume(decision), deps.sessions.read(token)]);
  const { session, account } = settled(reading);
  await admitted(deps, { ...decision, from, account }, settled(counting));
  if (!session || !account) throw invalidGrant(request, token);
  const signingKey = await deps.signingKeys.current();
  const presented = {
    generation: token.generation,
    clientId: firstPartyClientId,
    secretHash: hashSessionSecret(token.sessionSecret),
    delivery: request.delivery,
  };
  const nowMs = clock();
  const outcome = await deps.rotation.rotate({
    sub: token.sub,
    sid: token.sid,
    ...presented,
    ...(request.delivery === 'cookie' && { rotatedAtOrBeforeMs: nowMs - deps.retryWindowSeconds * 1000 }),
    epoch,
    nowMs,
    idleTtlSeconds: settings.refreshIdleTtlSeconds,
    event: accountEvent(account, {
      type: 'session.refreshed',
      nowMs,
      from,
      targetId: token.sid,
      details: { generation: token.generation + 1, client_id: firstPartyClientId },
    }),
  });
  const meaning = outcome.rotated
    ? 'rotated'
    : decideRefusedRefresh({
        ...outcome,
        presented,
        nowMs,
        arrivedAtMs: arrival(request.arrivedAtMs, nowMs),
        retryWindowSeconds: deps.retryWindowSeconds,
      });
  if (meaning === 'reuse') await revokeReused(deps, { token, account, from });
  if (meaning === 'reuse' || meaning === 'refuse') throw invalidGrant(request, token);
  if (account.status !== 'active' || account.sessionEpoch !== epoch) throw invalidGrant(request, token);
  const { accessToken } = issueAccessToken({
    of: sessionClaims(session, account, takenAt),
    key: signingKey,
    settings,
  });
  const current = meaning === 'too_young' ? token : successor(token);
  const issued = issuedTokens({
    accessToken,
    refreshToken: encodeRefreshToken(current, session.clientId, key),
    sessionSecret: token.sessionSecret,
    // The session was read before the rotation moved its expiry.
    session: outcome.rotated ? { ...session, idleExpiresAt: takenAt + settings.refreshIdleTtlSeconds } : session,
    now: takenAt,
    settings,
  });
  return meaning === 'too_young' ? { ...issued, delivery: { by: 'kept_cookies' } } : issued;
}

/** In a browser the cookies go together with the token. */
function invalidGrant({ delivery }: Pick<RefreshRequest, 'delivery'>, token: RefreshToken | undefined): ProblemError {
  return delivery === 'cookie' && token ? new SessionOver(token.sid) : new ProblemError('invalid_grant');
}

/** The longest that a gateway waits for a Lambda. */
const longestWaitMs = 30_000;

/**
 * When the client sent the request, not when a Lambda took it up: a retry that a cold start delays is still in time.
 */
function arrival(arrivedAtMs: number, nowMs: number): number {
  return Math.min(Math.max(arrivedAtMs, nowMs - longestWaitMs), nowMs);
}

function settled<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}

/** The token, if its MAC is ours: a forged one is refused here, without a read. */
async function authenticate(deps: RefreshDeps, request: RefreshRequest) {
  const token = parseRefreshToken(request.refreshToken);
  const epoch = token && sessionEpochOf(token.sid);
  if (!token || epoch === undefined) throw invalidGrant(request, token);
  const key = await deps.refreshKeys.find(token.kid);
  if (!key || !verifyRefreshTokenMac(token, firstPartyClientId, key)) throw invalidGrant(request, token);
  return { token, key, epoch };
}

async function revokeReused(
  deps: RefreshDeps,
  { token, account, from }: { readonly token: RefreshToken; readonly account: Account; readonly from: RequestSource },
): Promise<void> {
  const nowMs = deps.clock();
  await deps.revocation.revoke({
    sub: token.sub,
    sid: token.sid,
    nowMs,
    event: accountEvent(account, {
      type: 'session.reuse_detected',
      nowMs,
      from,
      targetId: token.sid,
      reason: 'refresh_token_reuse',
      details: { sub: token.sub, generation: token.generation },
    }),
  });
  deps.onReuse();
}

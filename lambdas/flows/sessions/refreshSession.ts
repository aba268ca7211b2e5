import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { Account } from '../../core/accounts/account.ts';
import type { ExpectedTenants } from '../../core/accounts/expectedTenants.ts';
import { accountEvent } from '../../core/audit/auditEvent.ts';
import { epochSeconds } from '../../core/common/clock.ts';
import { ProblemError } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import type { MacKeys, SigningKeys } from '../../core/keys/ports.ts';
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
import { type EnforceLimitDeps, limitRefusal } from '../steps/enforceLimit.ts';

export interface RefreshDeps extends Pick<EnforceLimitDeps, 'audit' | 'clock'> {
  readonly rotation: RefreshRotation;
  readonly sessions: Pick<SessionReader, 'read'>;
  readonly tenants: ExpectedTenants;
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
 * Session and account are read while the session is rotated: the read gives the claims. Whether the token may rotate,
 * and whether the limit has room for it, is decided by the transaction alone. A client that lost the answer gets the
 * same successor again within the retry window; one that is used later revokes its session. A browser's tabs share one
 * token: while it is younger than the window it stays, so that they cannot outrun each other. A token that is presented
 * in another way than it was delivered in is refused, and nothing is revoked.
 *
 * @throws ProblemError `invalid_grant`, `rate_limited`, `unavailable`.
 */
export async function refreshSession(deps: RefreshDeps, request: RefreshRequest): Promise<IssuedTokens> {
  const { clock, settings } = deps;
  const { token, key, signingKey, epoch } = await authenticate(deps, request);
  const { from } = request;
  const takenAt = epochSeconds(clock);
  const presented = {
    generation: token.generation,
    clientId: firstPartyClientId,
    secretHash: hashSessionSecret(token.sessionSecret),
    delivery: request.delivery,
  };
  const nowMs = clock();
  // Awaits both even if one fails: nothing may go on after the answer.
  const [rotating, reading] = await Promise.allSettled([
    deps.rotation.rotate({
      sub: token.sub,
      sid: token.sid,
      ...presented,
      ...(request.delivery === 'cookie' && { rotatedAtOrBeforeMs: nowMs - deps.retryWindowSeconds * 1000 }),
      epoch,
      nowMs,
      idleTtlSeconds: settings.refreshIdleTtlSeconds,
      tenantId: deps.tenants.of(token.sub),
      event: (tenantId) => refreshed(token, { tenantId, nowMs, from }),
    }),
    deps.sessions.read(token),
  ]);
  const outcome = settled(rotating);
  const { session: read, account } = settled(reading);
  if (!account) throw invalidGrant(request, token);
  deps.tenants.seen(account);
  const meaning = outcome.rotated
    ? 'rotated'
    : decideRefusedRefresh({
        ...outcome,
        hasRoom: !outcome.refusal,
        presented,
        nowMs,
        arrivedAtMs: arrival(request.arrivedAtMs, nowMs),
        retryWindowSeconds: deps.retryWindowSeconds,
      });
  if (meaning === 'rate_limited' && !outcome.rotated && outcome.refusal) {
    throw await limitRefusal(deps, { from, account }, outcome.refusal);
  }
  if (meaning === 'reuse') await revokeReused(deps, { token, account, from });
  // What was read beside the rotation may be from before it: the expiry is the new one.
  const session = outcome.rotated
    ? read && { ...read, idleExpiresAt: Math.floor(nowMs / 1000) + settings.refreshIdleTtlSeconds }
    : outcome.session;
  if (meaning === 'reuse' || meaning === 'refuse' || !session) throw invalidGrant(request, token);
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
    session,
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

/**
 * The token, if its MAC is ours: a forged one is refused here, without a read of a table. A cold container fetches both
 * keys at once, and before it writes: whoever gets no token must not have used up the one that they hold.
 */
async function authenticate(deps: RefreshDeps, request: RefreshRequest) {
  const token = parseRefreshToken(request.refreshToken);
  const epoch = token && sessionEpochOf(token.sid);
  if (!token || epoch === undefined) throw invalidGrant(request, token);
  const [finding, signing] = await Promise.allSettled([deps.refreshKeys.find(token.kid), deps.signingKeys.current()]);
  const key = settled(finding);
  if (!key || !verifyRefreshTokenMac(token, firstPartyClientId, key)) throw invalidGrant(request, token);
  return { token, key, signingKey: settled(signing), epoch };
}

function refreshed(
  { sub, sid, generation }: RefreshToken,
  by: { readonly tenantId: string; readonly nowMs: number; readonly from: RequestSource },
): AuditEvent {
  return accountEvent(
    { sub, tenantId: by.tenantId },
    {
      type: 'session.refreshed',
      nowMs: by.nowMs,
      from: by.from,
      targetId: sid,
      details: { generation: generation + 1, client_id: firstPartyClientId },
    },
  );
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

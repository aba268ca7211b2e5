import { randomUUID } from 'node:crypto';
import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { Tokens } from '../../contract/outputs.ts';
import { type Account, issuedAtAfterCut } from '../../core/accounts/account.ts';
import { firstPartyClientId, firstPartyScope } from '../../core/accounts/roles.ts';
import { auditEvent, type RequestSource } from '../../core/audit/auditEvent.ts';
import type { MacKey } from '../../core/keys/macKeyRing.ts';
import type { Authentication } from '../../core/sessions/authentication.ts';
import type { Delivery, IssuedTokens } from '../../core/sessions/delivery.ts';
import {
  encodeRefreshToken,
  hashSessionSecret,
  newSessionSecret,
  type RefreshTokenFields,
} from '../../core/sessions/refreshToken.ts';
import { newSessionId, type Session } from '../../core/sessions/session.ts';
import { encodeSessionCookie, hashCookieSecret, sessionCookieSecret } from '../../core/sessions/sessionCookie.ts';
import { type AccessTokenClaims, type SigningKey, signAccessToken } from '../../core/tokens/accessToken.ts';

/** What tokens are issued with. Durations are seconds. */
export interface TokenSettings {
  readonly issuer: string;
  readonly audience: string;
  readonly accessTokenTtlSeconds: number;
  readonly refreshIdleTtlSeconds: number;
  readonly refreshAbsoluteTtlSeconds: number;
}

export interface NewSession {
  readonly session: Session;
  readonly sessionSecret: string;
  readonly refreshToken: string;
}

/** A session that begins now, and its first refresh token. Nothing is written. */
export function beginSession(input: {
  readonly account: Account;
  readonly authentication: Authentication;
  /** Default: `body`. */
  readonly delivery?: Delivery;
  readonly from: RequestSource;
  /** Epoch seconds. */
  readonly now: number;
  readonly key: MacKey;
  readonly settings: TokenSettings;
}): NewSession {
  const { account, now, key, settings, delivery = 'body' } = input;
  const sessionSecret = newSessionSecret();
  const sid = newSessionId(account.sessionEpoch);
  const session: Session = {
    sub: account.sub,
    sid,
    clientId: firstPartyClientId,
    status: 'active',
    generation: 0,
    secretHash: hashSessionSecret(sessionSecret),
    delivery,
    cookieHash: delivery === 'cookie' ? hashCookieSecret(sessionCookieSecret(sessionSecret)) : undefined,
    refreshKid: key.kid,
    epoch: account.sessionEpoch,
    scope: firstPartyScope,
    amr: input.authentication.amr,
    acr: input.authentication.acr,
    authTime: now,
    createdAt: now,
    lastUsedAt: now,
    idleExpiresAt: now + settings.refreshIdleTtlSeconds,
    absoluteExpiresAt: now + settings.refreshAbsoluteTtlSeconds,
    rotatedAtMs: now * 1000,
    ip: input.from.ip,
    userAgent: input.from.userAgent ?? '',
  };
  const token: RefreshTokenFields = { kid: key.kid, sub: account.sub, sid, generation: 0, sessionSecret };
  return { session, sessionSecret, refreshToken: encodeRefreshToken(token, session.clientId, key) };
}

/**
 * An access token of a session (RFC 9068 §2.2).
 *
 * @param input.takenAt epoch seconds, taken before the account was read.
 */
export function issueAccessToken(input: {
  readonly session: Session;
  readonly account: Account;
  readonly takenAt: number;
  readonly key: SigningKey;
  readonly settings: TokenSettings;
}): { readonly accessToken: string; readonly jti: string } {
  const { session, account, settings } = input;
  const iat = issuedAtAfterCut(input.takenAt, account);
  const claims: AccessTokenClaims = {
    iss: settings.issuer,
    sub: account.sub,
    aud: settings.audience,
    exp: iat + settings.accessTokenTtlSeconds,
    iat,
    jti: randomUUID(),
    sid: session.sid,
    client_id: session.clientId,
    scope: session.scope,
    roles: [...account.roles],
    tenant_id: account.tenantId,
    auth_time: session.authTime,
    amr: [...session.amr],
    acr: session.acr,
  };
  return { accessToken: signAccessToken(claims, input.key), jti: claims.jti };
}

/** The answer of a step-up: an access token. What else the client holds of the session goes on. */
export function accessTokenAnswer(input: {
  readonly accessToken: string;
  readonly session: Pick<Session, 'sid'>;
  readonly settings: TokenSettings;
}): Tokens {
  return {
    access_token: input.accessToken,
    token_type: 'Bearer',
    expires_in: input.settings.accessTokenTtlSeconds,
    session_id: input.session.sid,
  };
}

/** What a sign-in or a refresh hands over. */
export function issuedTokens(input: {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly sessionSecret: string;
  /** Of a sign-in; a refresh leaves the device its own. */
  readonly deviceToken?: string;
  /** As it is now stored. */
  readonly session: Session;
  /** Epoch seconds. */
  readonly now: number;
  readonly settings: TokenSettings;
}): IssuedTokens {
  const { accessToken, refreshToken, deviceToken, session, now } = input;
  const { sub, sid } = session;
  return {
    sid,
    accessToken,
    accessTokenTtlSeconds: input.settings.accessTokenTtlSeconds,
    refreshToken,
    ...(deviceToken !== undefined && { deviceToken }),
    delivery:
      session.delivery === 'body'
        ? { by: 'body' }
        : {
            by: 'cookie',
            sessionCookie: encodeSessionCookie({ sub, sid, secret: sessionCookieSecret(input.sessionSecret) }),
            maxAgeSeconds: Math.min(session.idleExpiresAt, session.absoluteExpiresAt) - now,
          },
  };
}

/** The event of a sign-in that started a session. */
export function signedIn(input: {
  readonly account: Account;
  readonly session: Session;
  readonly jti: string;
  readonly from: RequestSource;
  readonly nowMs: number;
}): AuditEvent {
  const { account, session, jti } = input;
  return auditEvent({
    type: 'sign_in.succeeded',
    nowMs: input.nowMs,
    from: input.from,
    actor: { type: 'subject', id: account.sub },
    target: { type: 'session', id: session.sid },
    outcome: 'success',
    tenant_id: account.tenantId,
    details: { jti, client_id: session.clientId, delivery: session.delivery },
  });
}

import { randomUUID } from 'node:crypto';
import type { AuditEvent } from '../contract/auditEvents.ts';
import type { Tokens } from '../contract/outputs.ts';
import { type AccessTokenClaims, type SigningKey, signAccessToken } from '../core/accessToken.ts';
import { type Account, issuedAtAfterCut } from '../core/account.ts';
import { auditEvent, type RequestSource } from '../core/auditEvent.ts';
import type { Authentication } from '../core/authentication.ts';
import type { MacKey } from '../core/macKeyRing.ts';
import {
  encodeRefreshToken,
  hashSessionSecret,
  newSessionSecret,
  type RefreshTokenFields,
} from '../core/refreshToken.ts';
import { firstPartyClientId, firstPartyScope } from '../core/roles.ts';
import { newSessionId, type Session } from '../core/session.ts';

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
  readonly refreshToken: string;
}

/** A session that begins now, and its first refresh token. Nothing is written. */
export function beginSession(input: {
  readonly account: Account;
  readonly authentication: Authentication;
  readonly from: RequestSource;
  /** Epoch seconds. */
  readonly now: number;
  readonly key: MacKey;
  readonly settings: TokenSettings;
}): NewSession {
  const { account, now, key, settings } = input;
  const sessionSecret = newSessionSecret();
  const sid = newSessionId(account.sessionEpoch);
  const session: Session = {
    sub: account.sub,
    sid,
    clientId: firstPartyClientId,
    status: 'active',
    generation: 0,
    secretHash: hashSessionSecret(sessionSecret),
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
  return { session, refreshToken: encodeRefreshToken(token, session.clientId, key) };
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

/**
 * The answer of a sign-in, refresh or step-up. A browser's request gets no refresh token and no device token in the body.
 */
export function tokensAnswer(input: {
  readonly accessToken: string;
  /** Absent after a step-up: the client's own goes on. */
  readonly refreshToken?: string;
  /** Of a sign-in; a refresh leaves the device its own. */
  readonly deviceToken?: string;
  readonly session: Session;
  readonly settings: TokenSettings;
  readonly fromBrowser?: boolean;
}): Tokens {
  return {
    access_token: input.accessToken,
    token_type: 'Bearer',
    expires_in: input.settings.accessTokenTtlSeconds,
    ...(!input.fromBrowser && input.refreshToken !== undefined && { refresh_token: input.refreshToken }),
    session_id: input.session.sid,
    ...(!input.fromBrowser && input.deviceToken !== undefined && { device_token: input.deviceToken }),
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
    details: { jti, client_id: session.clientId },
  });
}

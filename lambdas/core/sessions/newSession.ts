import type { Account } from '../accounts/account.ts';
import type { RequestSource } from '../common/requestSource.ts';
import type { MacKey } from '../keys/macKeyRing.ts';
import type { Authentication } from './authentication.ts';
import type { TokenSettings } from './issuedTokens.ts';
import { encodeRefreshToken, hashSessionSecret, newSessionSecret, type RefreshTokenFields } from './refreshToken.ts';
import {
  type Delivery,
  firstPartyClientId,
  firstPartyScope,
  newSessionId,
  type Session,
  type SessionDevice,
} from './session.ts';
import { hashCookieSecret, sessionCookieSecret } from './sessionCookie.ts';

export interface NewSession {
  readonly session: Session;
  readonly sessionSecret: string;
  readonly refreshToken: string;
}

/** A session that begins now, and its first refresh token. Nothing is written. */
export function beginSession(input: {
  readonly account: Account;
  /** Default: a new one. */
  readonly sid?: string;
  readonly authentication: Authentication;
  /** Default: `body`. */
  readonly delivery?: Delivery;
  readonly from: RequestSource;
  readonly device?: SessionDevice;
  /** Epoch seconds. */
  readonly now: number;
  readonly key: MacKey;
  readonly settings: TokenSettings;
}): NewSession {
  const { account, now, key, settings, delivery = 'body', sid = newSessionId(account.sessionEpoch) } = input;
  const sessionSecret = newSessionSecret();
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
    device: input.device,
  };
  const token: RefreshTokenFields = { kid: key.kid, sub: account.sub, sid, generation: 0, sessionSecret };
  return { session, sessionSecret, refreshToken: encodeRefreshToken(token, session.clientId, key) };
}

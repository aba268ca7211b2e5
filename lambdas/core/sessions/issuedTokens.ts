import { cookieIdOf } from './cookieId.ts';
import type { IssuedTokens } from './delivery.ts';
import type { Session } from './session.ts';
import { encodeSessionCookie, sessionCookieSecret } from './sessionCookie.ts';

/** What sessions and their tokens are issued with. Durations are seconds. */
export interface TokenSettings {
  readonly issuer: string;
  readonly audience: string;
  readonly accessTokenTtlSeconds: number;
  readonly refreshIdleTtlSeconds: number;
  readonly refreshAbsoluteTtlSeconds: number;
}

/** What a sign-in or a refresh hands over. */
export function issuedTokens(input: {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly sessionSecret: string;
  /** Of a sign-in; a refresh leaves the device its own. */
  readonly deviceToken?: string;
  /** Of a sign-in: the sessions before it that may still be live. */
  readonly notEnded?: readonly string[];
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
            cookieId: cookieIdOf(session),
            sessionCookie: encodeSessionCookie({ sub, sid, secret: sessionCookieSecret(input.sessionSecret) }),
            ...(input.notEnded && { notEnded: input.notEnded }),
            maxAgeSeconds: Math.min(session.idleExpiresAt, session.absoluteExpiresAt) - now,
          },
  };
}

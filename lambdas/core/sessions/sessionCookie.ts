import { hmacText, sha256Text } from '../common/digests.ts';
import { equalTexts } from '../common/equalTexts.ts';
import { bytes32Pattern, uuidPattern } from './refreshToken.ts';
import { type Session, sessionEpochOf } from './session.ts';

/** What a session cookie says. */
export interface SessionCookie {
  readonly sub: string;
  readonly sid: string;
  /** 256 bits in base64url, of which the session stores only the SHA-256. */
  readonly secret: string;
}

const maxLength = 256;

/**
 * The secret of a session's cookie. It is derived from the session's secret, so that a refresh can renew the cookie and
 * check its CSRF token without receiving it. The refresh token cannot be derived from the cookie.
 */
export function sessionCookieSecret(sessionSecret: string): string {
  return hmacText(sessionSecret, 'gatehouse session cookie 1');
}

/** What the session stores of the cookie's secret: SHA-256, base64url. */
export function hashCookieSecret(secret: string): string {
  return sha256Text(secret);
}

/** `sub.sid.secret`. */
export function encodeSessionCookie({ sub, sid, secret }: SessionCookie): string {
  return [sub, sid, secret].join('.');
}

/**
 * The parts of a session cookie, unverified, or undefined when the text is not exactly what `encodeSessionCookie`
 * makes.
 */
export function parseSessionCookie(text: string): SessionCookie | undefined {
  if (text.length > maxLength) return undefined;
  const [sub, sid, secret, ...rest] = text.split('.');
  if (!sub || !sid || !secret || rest.length > 0) return undefined;
  if (!uuidPattern.test(sub) || sessionEpochOf(sid) === undefined || !bytes32Pattern.test(secret)) return undefined;
  return { sub, sid, secret };
}

/** Whether the cookie is that of the session. In constant time. */
export function opensSession(cookie: SessionCookie, session: Session): boolean {
  if (session.cookieHash === undefined || session.sub !== cookie.sub || session.sid !== cookie.sid) return false;
  return equalTexts(hashCookieSecret(cookie.secret), session.cookieHash);
}

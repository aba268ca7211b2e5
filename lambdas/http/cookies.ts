import { parseCookie, type SetCookie, stringifySetCookie } from 'cookie';
import { ProblemError } from '../core/common/errors.ts';
import { deviceTokenTtlSeconds } from '../core/sessions/deviceToken.ts';

/**
 * A prefix makes a browser refuse a cookie that is not `Secure`; `__Host-` also one that another host could have set
 * (RFC 6265bis §4.1.3). The path sends the refresh token to the routes below `/auth` alone.
 */
const cookies = {
  session: { name: '__Host-gatehouse_session', path: '/' },
  refresh: { name: '__Secure-gatehouse_refresh', path: '/auth' },
  device: { name: '__Host-gatehouse_device', path: '/' },
} as const;

type CookieKind = keyof typeof cookies;

/** Our cookies in a request. */
export type RequestCookies = { readonly [K in CookieKind]?: string };

/**
 * @param headers every value of the `Cookie` header
 * @throws ProblemError `invalid_request` when one of our cookies comes twice: no browser sends that, and we do not
 * guess which one is meant.
 */
export function readCookies(headers: readonly string[]): RequestCookies {
  const kinds: readonly CookieKind[] = ['session', 'refresh', 'device'];
  return Object.fromEntries(
    kinds.flatMap((kind) => {
      const [value, ...others] = valuesOf(headers, kind);
      if (others.length > 0) throw new ProblemError('invalid_request', { detail: 'A cookie was sent more than once' });
      return value === undefined ? [] : [[kind, value]];
    }),
  );
}

/** Every value of the session cookie, however many there are. */
export function sessionCookies(headers: readonly string[]): readonly string[] {
  return valuesOf(headers, 'session');
}

/** Takes values as they came. Percent-decoding would give a value a second spelling. */
function valuesOf(headers: readonly string[], kind: CookieKind): readonly string[] {
  const pairs = headers.flatMap((header) => header.split(';'));
  return pairs.flatMap((pair) => parseCookie(pair, { decode: (value) => value })[cookies[kind].name] ?? []);
}

/** The `Set-Cookie` values that hand a browser its session. */
export function sessionSetCookies(issued: {
  readonly sessionCookie: string;
  readonly refreshToken: string;
  readonly maxAgeSeconds: number;
}): readonly string[] {
  return [
    setCookie('session', issued.sessionCookie, issued.maxAgeSeconds),
    setCookie('refresh', issued.refreshToken, issued.maxAgeSeconds),
  ];
}

export function deviceSetCookie(deviceToken: string): string {
  return setCookie('device', deviceToken, deviceTokenTtlSeconds);
}

/** The `Set-Cookie` values that take a session back. The device stays known. */
export const clearedSessionCookies: readonly string[] = [setCookie('session', '', 0), setCookie('refresh', '', 0)];

function setCookie(kind: CookieKind, value: string, maxAge: number): string {
  const attributes: SetCookie = { ...cookies[kind], value, maxAge, httpOnly: true, secure: true, sameSite: 'strict' };
  return stringifySetCookie(attributes);
}

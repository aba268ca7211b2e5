import { parseCookie, type SetCookie, stringifySetCookie } from 'cookie';
import { deviceTtlSeconds } from '../core/sessions/deviceToken.ts';

/**
 * The cookies of a request by name, each as it came. One that came twice is none: no browser sends two of our own, and
 * we do not guess which one another host has tossed in (RFC 6265bis §8.6).
 */
export type RequestCookies = ReadonlyMap<string, string>;

/** A browser takes no cookie with this prefix that another host could have set (RFC 6265bis §4.1.3.2). */
type HostCookieName = `__Host-gatehouse_${string}`;

export const cookieNames = {
  session: '__Host-gatehouse_session',
  refresh: '__Secure-gatehouse_refresh',
  device: '__Host-gatehouse_device',
} as const;

/** @param headers every value of the `Cookie` header */
export function readCookies(headers: readonly string[]): RequestCookies {
  const read = new Map<string, string>();
  const doubled = new Set<string>();
  for (const pair of headers.flatMap((header) => header.split(';'))) {
    // Takes the value as it came: percent-decoding would give it a second spelling.
    for (const [name, value = ''] of Object.entries(parseCookie(pair, { decode: (text) => text }))) {
      if (read.has(name)) doubled.add(name);
      read.set(name, value);
    }
  }
  for (const name of doubled) read.delete(name);
  return read;
}

/** The `Set-Cookie` value of a cookie that no script reads, and no other host sets or gets. */
function hostCookie(name: HostCookieName, value: string, maxAgeSeconds: number): string {
  return setCookie({ name, value, maxAge: maxAgeSeconds, path: '/' });
}

/** The `Set-Cookie` values that hand a browser its session. */
export function sessionSetCookies(issued: {
  readonly sessionCookie: string;
  readonly refreshToken: string;
  readonly maxAgeSeconds: number;
}): readonly string[] {
  return [
    hostCookie(cookieNames.session, issued.sessionCookie, issued.maxAgeSeconds),
    refreshCookie(issued.refreshToken, issued.maxAgeSeconds),
  ];
}

export function deviceSetCookie(deviceToken: string): string {
  return hostCookie(cookieNames.device, deviceToken, deviceTtlSeconds);
}

/** The `Set-Cookie` values that take a session back. The device stays known. */
export const clearedSessionCookies: readonly string[] = [hostCookie(cookieNames.session, '', 0), refreshCookie('', 0)];

function refreshCookie(value: string, maxAge: number): string {
  return setCookie({ name: cookieNames.refresh, value, maxAge, path: '/auth' });
}

function setCookie(cookie: Pick<SetCookie, 'name' | 'value' | 'maxAge' | 'path'>): string {
  return stringifySetCookie({ ...cookie, httpOnly: true, secure: true, sameSite: 'strict' });
}

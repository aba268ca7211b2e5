import { parseCookie, type SetCookie, stringifySetCookie } from 'cookie';
import { deviceTtlSeconds } from '../core/sessions/deviceToken.ts';

/**
 * The cookies of a request by name, each as it came. One that came twice has no value: no browser sends two of our own,
 * and we do not guess which one another host has tossed in (RFC 6265bis §8.6).
 */
export type RequestCookies = ReadonlyMap<string, string | undefined>;

/** A browser takes no cookie with this prefix that another host could have set (RFC 6265bis §4.1.3.2). */
export type HostCookieName = `__Host-gatehouse_${string}`;

export const cookieNames = { device: '__Host-gatehouse_device' } as const;

/** @param headers every value of the `Cookie` header */
export function readCookies(headers: readonly string[]): RequestCookies {
  const read = new Map<string, string | undefined>();
  for (const pair of headers.flatMap((header) => header.split(';'))) {
    // Takes the value as it came: percent-decoding would give it a second spelling.
    for (const [name, value] of Object.entries(parseCookie(pair, { decode: (text) => text }))) {
      read.set(name, read.has(name) ? undefined : value);
    }
  }
  return read;
}

/** The `Set-Cookie` value of a cookie that no script reads, and no other host sets or gets. */
export function hostCookie(name: HostCookieName, value: string, maxAgeSeconds: number): string {
  return setCookie({ name, value, maxAge: maxAgeSeconds, path: '/' });
}

export function deviceSetCookie(deviceToken: string): string {
  return hostCookie(cookieNames.device, deviceToken, deviceTtlSeconds);
}

/** Every cookie has the same attributes. A browser clears a cookie only under the path that it was set with. */
export function setCookie(cookie: Pick<SetCookie, 'name' | 'value' | 'maxAge' | 'path'>): string {
  return stringifySetCookie({ ...cookie, httpOnly: true, secure: true, sameSite: 'strict' });
}

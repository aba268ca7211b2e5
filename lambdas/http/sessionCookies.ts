import { isCookieId, mostSignIns } from '../core/sessions/cookieId.ts';
import { parseRefreshToken, type RefreshToken } from '../core/sessions/refreshToken.ts';
import { parseSessionCookie, sessionCookieSecret } from '../core/sessions/sessionCookie.ts';
import { type HostCookieName, hostCookie, type RequestCookies, setCookie } from './cookies.ts';

/** The two cookies of a sign-in. */
type Kind = 'session' | 'refresh';

const prefixes = {
  session: '__Host-gatehouse_session_',
  refresh: '__Host-gatehouse_refresh_',
} as const satisfies Readonly<Record<Kind, HostCookieName>>;

/** The cookies of the release before, without an id. We read and clear them for this release, and never set them. */
const formerCookies = {
  session: { name: '__Host-gatehouse_session', path: '/' },
  refresh: { name: '__Secure-gatehouse_refresh', path: '/auth' },
} as const;

/** Stands for an id where a cookie has none. */
const former = 'of the release before';

/** Clears so many sign-ins at once: an answer's headers are bounded. The next sign-in clears the rest. */
const mostCleared = 12;

/**
 * The cookies that count, the newest first; what their names say decides. After them comes the one of the release
 * before.
 */
function heldCookies(cookies: RequestCookies, kind: Kind): readonly string[] {
  const held = heldSignIns(cookies).flatMap((signIn) => cookies.get(nameOf(signIn, kind)) ?? []);
  return held.slice(0, mostSignIns);
}

/** The ids of every sign-in of which the request has brought a cookie, good or bad; the newest first. */
export function heldSignIns(cookies: RequestCookies): readonly string[] {
  const names = [...cookies.keys()];
  const ids = new Set(names.flatMap((name) => idIn(name, prefixes.session) ?? idIn(name, prefixes.refresh) ?? []));
  const holdsFormer = Object.values(formerCookies).some(({ name }) => cookies.has(name));
  return [...[...ids].sort().reverse(), ...(holdsFormer ? [former] : [])];
}

function idIn(name: string, prefix: string): string | undefined {
  const id = name.startsWith(prefix) ? name.slice(prefix.length) : '';
  return isCookieId(id) ? id : undefined;
}

function nameOf(signIn: string, kind: Kind): string {
  return signIn === former ? formerCookies[kind].name : prefixes[kind] + signIn;
}

/** The values of the session cookies that count, unverified; the newest first. */
export function heldSessions(cookies: RequestCookies): readonly string[] {
  return heldCookies(cookies, 'session');
}

/** A refresh token in a cookie, unverified. */
export interface HeldRefreshToken extends RefreshToken {
  readonly text: string;
  /** That of the session cookie beside it. */
  readonly secret: string;
}

/** The refresh tokens in the cookies that count, the newest first. */
export function heldRefreshTokens(cookies: RequestCookies): readonly HeldRefreshToken[] {
  return heldCookies(cookies, 'refresh').flatMap((text): readonly HeldRefreshToken[] => {
    const token = parseRefreshToken(text);
    return token ? [{ ...token, text, secret: sessionCookieSecret(token.sessionSecret) }] : [];
  });
}

/** Where no session cookie that counts opens a session: the sign-ins that are over, and those that say nothing. */
export function deadSignIns(cookies: RequestCookies): readonly string[] {
  const over = new Set(heldSessions(cookies).flatMap((text) => parseSessionCookie(text)?.sid ?? []));
  return heldSignIns(cookies).filter((signIn) => {
    const session = parseSessionCookie(cookies.get(nameOf(signIn, 'session')) ?? '');
    const refresh = parseRefreshToken(cookies.get(nameOf(signIn, 'refresh')) ?? '');
    return session ? over.has(session.sid) : !refresh;
  });
}

/** The sign-ins whose cookies say that they are of this session. */
export function signInsOf(sid: string, cookies: RequestCookies): readonly string[] {
  return heldSignIns(cookies).filter((signIn) => {
    const session = parseSessionCookie(cookies.get(nameOf(signIn, 'session')) ?? '');
    const refresh = parseRefreshToken(cookies.get(nameOf(signIn, 'refresh')) ?? '');
    return session?.sid === sid || refresh?.sid === sid;
  });
}

/** The `Set-Cookie` values that hand a browser its session. */
export function sessionSetCookies(issued: {
  readonly cookieId: string;
  readonly sessionCookie: string;
  readonly refreshToken: string;
  readonly maxAgeSeconds: number;
}): readonly string[] {
  const { cookieId, maxAgeSeconds } = issued;
  return [
    hostCookie(`${prefixes.session}${cookieId}`, issued.sessionCookie, maxAgeSeconds),
    hostCookie(`${prefixes.refresh}${cookieId}`, issued.refreshToken, maxAgeSeconds),
  ];
}

/** The `Set-Cookie` values that take both cookies of sign-ins back. The device stays known. */
export function clearedCookies(signIns: readonly string[]): readonly string[] {
  const clear = (signIn: string, kind: Kind) =>
    signIn === former
      ? setCookie({ ...formerCookies[kind], value: '', maxAge: 0 })
      : hostCookie(`${prefixes[kind]}${signIn}`, '', 0);
  return signIns.slice(0, mostCleared).flatMap((signIn) => [clear(signIn, 'session'), clear(signIn, 'refresh')]);
}

import { fitsCookieId, isCookieId, mostSignIns } from '../core/sessions/cookieId.ts';
import { parseRefreshToken, type RefreshToken } from '../core/sessions/refreshToken.ts';
import { parseSessionCookie, type SessionCookie, sessionCookieSecret } from '../core/sessions/sessionCookie.ts';
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

/** What the names of a sign-in's cookies say. */
type SignInNames = { readonly release: 'this'; readonly id: string } | { readonly release: 'before' };

/** Clears so many sign-ins at once: an answer's headers are bounded. The next sign-in clears the rest. */
const mostCleared = 12;

/** A sign-in, as the cookies of a request tell of it, unverified. */
export interface HeldSignIn {
  readonly names: SignInNames;
  /** Undefined where none came, or one that says nothing: malformed, doubled, or under another sign-in's name. */
  readonly session: SessionCookie | undefined;
  /** The same. */
  readonly refresh: HeldRefreshToken | undefined;
}

/** A refresh token in a cookie. */
export interface HeldRefreshToken extends RefreshToken {
  readonly text: string;
  /** That of the session cookie beside it. */
  readonly secret: string;
}

/**
 * Every sign-in of which the request has brought a cookie, good or bad; the newest first, by their names. After them
 * comes the one under the names of the release before.
 */
export function heldSignIns(cookies: RequestCookies): readonly HeldSignIn[] {
  if (cookies.size === 0) return [];
  const names = [...cookies.keys()];
  const ids = new Set(names.flatMap((name) => idIn(name, 'session') ?? idIn(name, 'refresh') ?? []));
  const former = Object.values(formerCookies).some(({ name }) => cookies.has(name));
  const held: readonly SignInNames[] = [
    ...[...ids]
      .sort()
      .reverse()
      .map((id): SignInNames => ({ release: 'this', id })),
    ...(former ? [{ release: 'before' } as const] : []),
  ];
  return held.map((names) => readSignIn(names, cookies));
}

function idIn(name: string, kind: Kind): string | undefined {
  const id = name.startsWith(prefixes[kind]) ? name.slice(prefixes[kind].length) : '';
  return isCookieId(id) ? id : undefined;
}

function readSignIn(names: SignInNames, cookies: RequestCookies): HeldSignIn {
  const textOf = (kind: Kind) =>
    cookies.get(names.release === 'this' ? prefixes[kind] + names.id : formerCookies[kind].name) ?? '';
  const fits = ({ sid }: { readonly sid: string }) => names.release === 'before' || fitsCookieId(names.id, sid);
  const session = parseSessionCookie(textOf('session'));
  const refresh = readRefreshToken(textOf('refresh'));
  return {
    names,
    session: session && fits(session) ? session : undefined,
    refresh: refresh && fits(refresh) ? refresh : undefined,
  };
}

function readRefreshToken(text: string): HeldRefreshToken | undefined {
  const token = parseRefreshToken(text);
  return token && { ...token, text, secret: sessionCookieSecret(token.sessionSecret) };
}

/** The session cookies that count, the newest first. */
export function heldSessions(cookies: RequestCookies): readonly SessionCookie[] {
  const held = heldSignIns(cookies).flatMap(({ session }) => session ?? []);
  return held.slice(0, mostSignIns);
}

/** The refresh tokens in the cookies that count, the newest first. */
export function heldRefreshTokens(cookies: RequestCookies): readonly HeldRefreshToken[] {
  const held = heldSignIns(cookies).flatMap(({ refresh }) => refresh ?? []);
  return held.slice(0, mostSignIns);
}

/** Whether a cookie has the name of a session's, good or bad. */
export function bringsSessionCookie(cookies: RequestCookies): boolean {
  return [...cookies.keys()].some((name) => name === formerCookies.session.name || idIn(name, 'session') !== undefined);
}

/** Whether none of its cookies says anything. */
export function saysNothing({ session, refresh }: HeldSignIn): boolean {
  return !session && !refresh;
}

/** Where no session cookie that counts opens a session: the sign-ins that are over, and those that say nothing. */
export function deadSignIns(cookies: RequestCookies): readonly HeldSignIn[] {
  const over = new Set(heldSessions(cookies).map(({ sid }) => sid));
  return heldSignIns(cookies).filter((signIn) => (signIn.session ? over.has(signIn.session.sid) : saysNothing(signIn)));
}

/** The sign-ins whose cookies say that they are of this session. */
export function signInsOf(sid: string, cookies: RequestCookies): readonly HeldSignIn[] {
  return heldSignIns(cookies).filter((signIn) => isOfSession(signIn, sid));
}

/** Whether one of its cookies says that it is of this session. */
export function isOfSession({ session, refresh }: HeldSignIn, sid: string): boolean {
  return session?.sid === sid || refresh?.sid === sid;
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

/** The `Set-Cookie` values that take both cookies of sign-ins back, of a dozen at most. The device stays known. */
export function clearedCookies(signIns: readonly Pick<HeldSignIn, 'names'>[]): readonly string[] {
  const clear = (names: SignInNames, kind: Kind) =>
    names.release === 'this'
      ? hostCookie(`${prefixes[kind]}${names.id}`, '', 0)
      : setCookie({ ...formerCookies[kind], value: '', maxAge: 0 });
  return signIns.slice(0, mostCleared).flatMap(({ names }) => [clear(names, 'session'), clear(names, 'refresh')]);
}

import type { AnswerOf } from '../contract/routes.ts';
import { ProblemError } from '../core/common/errors.ts';
import { chosenByCsrfToken, csrfTokenOf } from '../core/sessions/csrfToken.ts';
import { hashCookieSecret } from '../core/sessions/sessionCookie.ts';
import * as listingSessions from '../flows/sessions/listSessions.ts';
import { type RefreshDeps, refreshSession } from '../flows/sessions/refreshSession.ts';
import {
  revokeOwnSession,
  type SignOutDeps,
  signOut,
  signOutByRefreshToken,
  signOutEverywhere,
} from '../flows/sessions/signOut.ts';
import { csrfTokenMissing, refreshTokenInCookie } from '../http/csrf.ts';
import {
  type Endpoint,
  type EndpointRequest,
  type EndpointResponse,
  instantOf,
  json,
  noContent,
} from '../http/endpoint.ts';
import { requirePrincipal } from '../http/requirePrincipal.ts';
import { clearedCookies, deadSignIns, heldRefreshTokens, heldSessions } from '../http/sessionCookies.ts';
import { clearCookiesOf, deliverRenewed } from '../http/tokenDelivery.ts';

export function refresh(deps: RefreshDeps): Endpoint<'refresh'> {
  return async (request) => {
    const { from, arrivedAtMs } = request;
    return deliverRenewed(await refreshSession(deps, { ...presentedToken(request), from, arrivedAtMs }), request);
  };
}

/**
 * A token in the body belongs to a body client, whatever the cookies say. A browser's script must not have one, so we
 * refuse it: a successor in cookies would strand the client that it belongs to, and no script may get one in a body.
 */
function presentedToken(request: EndpointRequest<'refresh'>) {
  const inBody = request.input.body?.refresh_token;
  if (inBody !== undefined && request.fromBrowser) throw new ProblemError('invalid_grant');
  if (inBody !== undefined) return { refreshToken: inBody, delivery: 'body' } as const;
  const inCookie = refreshTokenInCookie(request);
  if (inCookie) return { refreshToken: inCookie.text, delivery: 'cookie' } as const;
  throw new ProblemError('invalid_request', {
    errors: [{ field: 'refresh_token', message: 'Neither in the body nor in a cookie' }],
  });
}

/**
 * The CSRF token of the session cookie that the authorizer found to count. A request with an access token needs none
 * and gets none.
 */
export function csrf(): Endpoint<'csrf'> {
  return async (request) => {
    const { via, sid, cookieHash } = requirePrincipal(request);
    const held = heldSessions(request.cookies).filter((cookie) => cookie.sid === sid);
    // The authorizer of the release before does not say which.
    const cookie = held.find(({ secret }) => cookieHash === undefined || hashCookieSecret(secret) === cookieHash);
    if (via !== 'session_cookie' || !cookie) {
      throw new ProblemError('invalid_token', { detail: 'Send the session cookie, and no access token' });
    }
    return json(200, { csrf_token: csrfTokenOf(cookie.secret) } satisfies AnswerOf<'csrf'>);
  };
}

/**
 * Ends the session of the principal and that of a refresh token in the body, usually the same one. Without either, the
 * refresh cookie that the CSRF token chooses serves as well, and dead cookies are taken back. Beside an `Authorization`
 * header that is refused, a token in the body serves if it is ours: who may end the session holds it.
 */
export function logout(deps: SignOutDeps): Endpoint<'logout'> {
  return async (request) => {
    const { input, principal, refused, from } = request;
    const token = input.body?.refresh_token;
    const inBody = token === undefined ? undefined : await signOutByRefreshToken(deps, { token, principal, from });
    if (refused && !inBody) throw new ProblemError('invalid_token');
    if (principal) {
      await signOut(deps, principal, from);
      return { ...noContent, ...clearCookiesOf(principal.sid, request) };
    }
    return inBody === undefined ? logoutByCookie(deps, request) : noContent;
  };
}

async function logoutByCookie(deps: SignOutDeps, request: EndpointRequest<'logout'>): Promise<EndpointResponse> {
  const { from, principal, cookies, csrfToken } = request;
  const inCookie = chosenByCsrfToken(heldRefreshTokens(cookies), csrfToken);
  if (inCookie) {
    await signOutByRefreshToken(deps, { token: inCookie.text, principal, from });
    return { ...noContent, ...clearCookiesOf(inCookie.sid, request) };
  }
  const chosen = chosenByCsrfToken(heldSessions(cookies), csrfToken);
  if (chosen) return { ...noContent, ...clearCookiesOf(chosen.sid, request) };
  // The authorizer has looked at the session cookies that count, and none of them opens a session. Of a dead one, no
  // page can get the CSRF token any more.
  const dead = deadSignIns(cookies);
  if (dead.length > 0) return { ...noContent, cookies: clearedCookies(dead) };
  if (heldRefreshTokens(cookies).length > 0) throw csrfTokenMissing();
  throw new ProblemError('invalid_token');
}

export function logoutEverywhere(deps: SignOutDeps): Endpoint<'logoutEverywhere'> {
  return async (request) => {
    const principal = requirePrincipal(request);
    await signOutEverywhere(deps, principal, request.from);
    return { ...noContent, ...clearCookiesOf(principal.sid, request) };
  };
}

export function listSessions(deps: listingSessions.ListSessionsDeps): Endpoint<'listSessions'> {
  return async (request) => {
    const sessions = await listingSessions.listSessions(deps, requirePrincipal(request));
    return json(200, { items: sessions.map(sessionItem) } satisfies AnswerOf<'listSessions'>);
  };
}

export function revokeSession(deps: SignOutDeps): Endpoint<'revokeSession'> {
  return async (request) => {
    const { sid } = request.input.path;
    await revokeOwnSession(deps, requirePrincipal(request), sid, request.from);
    return { ...noContent, ...clearCookiesOf(sid, request) };
  };
}

function sessionItem(session: listingSessions.ListedSession): AnswerOf<'listSessions'>['items'][number] {
  return {
    sid: session.sid,
    created_at: instantOf(session.createdAt),
    last_used_at: instantOf(session.lastUsedAt),
    ip: session.ip,
    user_agent: session.userAgent,
    current: session.current,
  };
}

import { ProblemError } from '../core/common/errors.ts';
import { type SignOutDeps, signOut, signOutByRefreshToken } from '../flows/sessions/signOut.ts';
import { clearedSessionCookies } from '../http/cookies.ts';
import { refreshTokenInCookie } from '../http/csrf.ts';
import { type Endpoint, noContent } from '../http/http.ts';
import { clearCookiesOf } from '../http/tokenDelivery.ts';

/**
 * Ends the session of the principal, and that of a refresh token: usually one and the same. Without a principal the refresh
 * token in the cookie is as good as one in the body, with a CSRF token.
 */
export function logout(deps: SignOutDeps): Endpoint<'logout'> {
  return async (request) => {
    const { input, principal, cookies, from } = request;
    const inBody = input.body?.refresh_token;
    const inCookie = principal ? undefined : refreshTokenInCookie(request);
    const ambient = cookies.session !== undefined || cookies.refresh !== undefined;
    if (!principal && inBody === undefined && !ambient) throw new ProblemError('invalid_token');
    for (const token of [inBody, inCookie]) {
      if (token !== undefined) await signOutByRefreshToken(deps, token, from);
    }
    if (!principal) return ambient ? { ...noContent, cookies: clearedSessionCookies } : noContent;
    await signOut(deps, principal, from);
    return { ...noContent, ...clearCookiesOf(principal.sid, request) };
  };
}

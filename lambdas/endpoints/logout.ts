import { ProblemError } from '../core/errors.ts';
import { type SignOutDeps, signOut, signOutByRefreshToken } from '../flows/signOut.ts';
import { type Endpoint, noContent } from '../middleware/http.ts';

/** Ends the session of the refresh token in the body, and that of the access token: usually one and the same. */
export function logout(deps: SignOutDeps): Endpoint<'logout'> {
  return async ({ input, principal, from }) => {
    const refreshToken = input.body?.refresh_token;
    if (!principal && refreshToken === undefined) throw new ProblemError('invalid_token');
    if (refreshToken !== undefined) await signOutByRefreshToken(deps, refreshToken, from);
    if (principal) await signOut(deps, principal, from);
    return noContent;
  };
}

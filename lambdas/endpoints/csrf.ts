import { csrfTokenOf } from '../core/csrfToken.ts';
import { ProblemError } from '../core/errors.ts';
import { parseSessionCookie } from '../core/sessionCookie.ts';
import { type Endpoint, json } from '../middleware/http.ts';
import { signedIn } from '../middleware/signedIn.ts';

/** The token that goes with a session cookie. An access token has no use for one, and gets none. */
export function csrf(): Endpoint<'csrf'> {
  return async (request) => {
    const { via } = signedIn(request);
    const cookie = request.cookies.session === undefined ? undefined : parseSessionCookie(request.cookies.session);
    if (via !== 'session_cookie' || !cookie) {
      throw new ProblemError('invalid_token', { detail: 'Send the session cookie, and no access token' });
    }
    return json(200, { csrf_token: csrfTokenOf(cookie.secret) });
  };
}

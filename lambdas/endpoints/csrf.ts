import { ProblemError } from '../core/common/errors.ts';
import { csrfTokenOf } from '../core/sessions/csrfToken.ts';
import { parseSessionCookie } from '../core/sessions/sessionCookie.ts';
import { type Endpoint, json } from '../http/http.ts';
import { signedIn } from '../http/signedIn.ts';

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

import { cookieIdOf } from '../../../lambdas/core/sessions/cookieId.ts';
import { csrfTokenOf } from '../../../lambdas/core/sessions/csrfToken.ts';
import { encodeRefreshToken, newSessionSecret } from '../../../lambdas/core/sessions/refreshToken.ts';
import { newSessionId } from '../../../lambdas/core/sessions/session.ts';
import {
  encodeSessionCookie,
  hashCookieSecret,
  sessionCookieSecret,
} from '../../../lambdas/core/sessions/sessionCookie.ts';
import { testAccount, testMacKey } from './world.ts';

export const macKey = testMacKey();

/** A sign-in of that second, as the browser holds it. */
export function signedIn(createdAt: number) {
  const { sub } = testAccount();
  const sid = newSessionId(0);
  const id = cookieIdOf({ createdAt, sid });
  const sessionSecret = newSessionSecret();
  const secret = sessionCookieSecret(sessionSecret);
  const sessionCookie = encodeSessionCookie({ sub, sid, secret });
  const fields = { kid: macKey.kid, sub, sid, generation: 3, sessionSecret };
  const refreshToken = encodeRefreshToken(fields, 'gatehouse', macKey);
  const names = [`__Host-gatehouse_session_${id}`, `__Host-gatehouse_refresh_${id}`];
  const session = `${names[0]}=${sessionCookie}`;
  const refresh = `${names[1]}=${refreshToken}`;
  const former = `__Host-gatehouse_session=${sessionCookie}; __Secure-gatehouse_refresh=${refreshToken}`;
  const both = `${session}; ${refresh}`;
  const csrfToken = csrfTokenOf(secret);
  const cookieHash = hashCookieSecret(secret);
  return { cookieHash, sub, sid, id, sessionCookie, refreshToken, names, session, refresh, both, former, csrfToken };
}
export type SignedIn = ReturnType<typeof signedIn>;

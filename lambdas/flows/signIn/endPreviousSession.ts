import type { RequestSource } from '../../core/common/requestSource.ts';
import { hashCookieSecret, parseSessionCookie } from '../../core/sessions/sessionCookie.ts';
import { endSession } from '../sessions/signOut.ts';

export type EndPreviousSession = (cookie: string, from: RequestSource) => Promise<void>;

/**
 * Ends the session that a browser held before it signed in anew, whoever's it was: its cookie is about to be overwritten,
 * and nobody could sign out of it any more. A cookie that opens no session is no error.
 */
export function createEndPreviousSession(deps: Parameters<typeof endSession>[0]): EndPreviousSession {
  return async (text, from) => {
    const cookie = parseSessionCookie(text);
    if (!cookie) return;
    const { sub, sid, secret } = cookie;
    await endSession(deps, { sub, sid, proof: { cookieHash: hashCookieSecret(secret) } }, 'replaced', from);
  };
}

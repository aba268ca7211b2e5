import type { Account } from '../../core/accounts/account.ts';
import type { Accounts } from '../../core/accounts/ports.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { hashCookieSecret, parseSessionCookie } from '../../core/sessions/sessionCookie.ts';
import { type EndSessionDeps, endSession } from '../sessions/signOut.ts';

export type EndPreviousSession = (
  cookie: string,
  signedIn: { readonly account: Account; readonly from: RequestSource },
) => Promise<void>;

/**
 * Ends the session that a browser held before it signed in again, whichever account it was of: the new cookie replaces
 * the old one, and nobody could end that session any more. A cookie that opens no session is no error. The account of
 * the cookie is read only where it differs from the one that has signed in.
 */
export function createEndPreviousSession(
  deps: EndSessionDeps & { readonly accounts: Pick<Accounts, 'find'> },
): EndPreviousSession {
  return async (text, { account: present, from }) => {
    const cookie = parseSessionCookie(text);
    if (!cookie) return;
    const account = cookie.sub === present.sub ? present : await deps.accounts.find(cookie.sub);
    if (!account) return;
    const proof = { cookieHash: hashCookieSecret(cookie.secret) };
    await endSession(deps, { account, sid: cookie.sid, proof, reason: 'replaced', from });
  };
}

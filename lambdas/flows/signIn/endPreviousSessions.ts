import type { Account } from '../../core/accounts/account.ts';
import type { Accounts } from '../../core/accounts/ports.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { hashCookieSecret, parseSessionCookie } from '../../core/sessions/sessionCookie.ts';
import { type EndSessionDeps, endSession } from '../sessions/signOut.ts';

export type EndPreviousSessions = (
  cookies: readonly string[],
  signedIn: { readonly account: Account; readonly from: RequestSource },
) => Promise<void>;

/**
 * Ends the sessions that a browser held before it signed in again, whichever accounts they were of: the new sign-in
 * takes their cookies back, and nobody could end them any more. A cookie that opens no session is no error. The account
 * of a cookie is read only where it differs from the one that has signed in.
 */
export function createEndPreviousSessions(
  deps: EndSessionDeps & { readonly accounts: Pick<Accounts, 'find'> },
): EndPreviousSessions {
  return async (texts, { account: present, from }) => {
    // One after the other: those of one account check the same item, so that several at once would conflict.
    for (const cookie of texts.flatMap((text) => parseSessionCookie(text) ?? [])) {
      const account = cookie.sub === present.sub ? present : await deps.accounts.find(cookie.sub);
      if (!account) continue;
      const proof = { cookieHash: hashCookieSecret(cookie.secret) };
      await endSession(deps, { account, sid: cookie.sid, proof, reason: 'replaced', from });
    }
  };
}

import type { Account } from '../../core/accounts/account.ts';
import type { Accounts } from '../../core/accounts/ports.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { hashCookieSecret, type SessionCookie } from '../../core/sessions/sessionCookie.ts';
import { type EndSessionDeps, endSession } from '../sessions/signOut.ts';

/** @returns the `sid` of each session that could not be ended, and so may still be live */
export type EndPreviousSessions = (
  cookies: readonly SessionCookie[],
  signedIn: { readonly account: Account; readonly from: RequestSource },
) => Promise<readonly string[]>;

/**
 * Ends the sessions that a browser held before it signed in again, whichever accounts they were of: the new sign-in
 * takes their cookies back, and nobody could end them any more. A cookie that opens no session is no error. The account
 * of a cookie is read only where it differs from the one that has signed in.
 *
 * It never throws: the new session has begun, and what proved it may be used up. Whatever keeps it from ending one is
 * told of, and the next sign-in ends it.
 */
export function createEndPreviousSessions(
  deps: EndSessionDeps & {
    readonly accounts: Pick<Accounts, 'find'>;
    /** Told of what went wrong. */
    readonly failed: (error: unknown) => void;
  },
): EndPreviousSessions {
  return async (cookies, { account: present, from }) => {
    const notEnded: string[] = [];
    // One after the other: those of one account check the same item, so that several at once would conflict.
    for (const cookie of cookies) {
      try {
        const account = cookie.sub === present.sub ? present : await deps.accounts.find(cookie.sub);
        if (!account) continue;
        const proof = { cookieHash: hashCookieSecret(cookie.secret) };
        await endSession(deps, { account, sid: cookie.sid, proof, reason: 'replaced', from });
      } catch (error) {
        deps.failed(error);
        notEnded.push(cookie.sid);
      }
    }
    return notEnded;
  };
}

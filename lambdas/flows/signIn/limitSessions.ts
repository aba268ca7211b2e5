import type { Account } from '../../core/accounts/account.ts';
import { epochSeconds } from '../../core/common/clock.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import type { Sessions } from '../../core/sessions/ports.ts';
import type { Session } from '../../core/sessions/session.ts';
import { surplusSessions } from '../../core/sessions/surplusSessions.ts';
import { type EndSessionDeps, endSession } from '../sessions/signOut.ts';

export type LimitSessions = (
  begun: Session,
  signedIn: {
    readonly account: Account;
    readonly from: RequestSource;
  },
) => Promise<void>;

export interface LimitSessionsDeps extends EndSessionDeps {
  readonly sessions: Pick<Sessions, 'listReadable'>;
  /** Told of what went wrong. */
  readonly failed: (error: unknown) => void;
}

/**
 * A few pages. An account that a stranger signs in to all day has about a thousand: a revoked session is kept for an
 * hour, and until the table gets to delete it.
 */
const mostRead = 10_000;

/** An account may hold thousands from before there was a cap: each sign-in ends some, and is answered in time. */
const mostEnded = 20;

/**
 * Ends the sessions that are too many once another has begun, one after the other: each checks the account's item, so
 * that several at once would conflict. It never throws: the session has begun, and the next sign-in ends what this one
 * could not. Whatever keeps it from ending one is told of: the cap is off meanwhile.
 */
export function createLimitSessions(deps: LimitSessionsDeps): LimitSessions {
  return async (begun, signedIn) => {
    try {
      const all = await deps.sessions.listReadable(begun.sub, mostRead);
      const { replaced, tooMany } = surplusSessions(all, begun, epochSeconds(deps.clock));
      const ending = [
        ...replaced.map(({ sid }) => ({ sid, reason: 'replaced' })),
        ...tooMany.map(({ sid }) => ({ sid, reason: 'too_many_sessions' })),
      ];
      for (const ended of ending.slice(0, mostEnded)) {
        await endSession(deps, { ...signedIn, ...ended }).catch(deps.failed);
      }
    } catch (error) {
      deps.failed(error);
    }
  };
}

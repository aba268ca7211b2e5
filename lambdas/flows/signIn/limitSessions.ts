import type { Account } from '../../core/accounts/account.ts';
import { epochSeconds } from '../../core/common/clock.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import type { Sessions } from '../../core/sessions/ports.ts';
import { isLive, type Session } from '../../core/sessions/session.ts';
import { maxLiveSessions, surplusSessions } from '../../core/sessions/surplusSessions.ts';
import { type EndSessionDeps, endSession } from '../sessions/signOut.ts';

/**
 * Lists a subject's sessions while another begins. Once it has begun, what this resolves to ends those that are too
 * many. Neither ever throws.
 */
export type LimitSessions = (sub: string) => Promise<EndSurplus>;

type EndSurplus = (
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

/** Of an account with no more live sessions no others that begin at the same moment make too many. */
const farFromTooMany = maxLiveSessions / 2;

/**
 * Ends the sessions that are too many once another has begun, one after the other: each checks the account's item, so
 * that several at once would conflict. They are listed while it begins: an account with many is listed once more, since
 * others may have begun beside it. It never throws: the session has begun, and the next sign-in ends what this one
 * could not. Whatever keeps it from ending one is told of: the cap is off meanwhile.
 */
export function createLimitSessions(deps: LimitSessionsDeps): LimitSessions {
  const list = async (sub: string) => {
    try {
      return await deps.sessions.listReadable(sub, mostRead);
    } catch (error) {
      deps.failed(error);
      return undefined;
    }
  };
  return async (sub) => {
    const listed = await list(sub);
    return async (begun, signedIn) => {
      const now = epochSeconds(deps.clock);
      const isFar = (listed?.filter((session) => isLive(session, now)).length ?? 0) <= farFromTooMany;
      const { replaced, tooMany } = surplusSessions((isFar ? listed : await list(sub)) ?? [], begun, now);
      const ending = [
        ...replaced.map(({ sid }) => ({ sid, reason: 'replaced' })),
        ...tooMany.map(({ sid }) => ({ sid, reason: 'too_many_sessions' })),
      ];
      for (const ended of ending.slice(0, mostEnded)) {
        await endSession(deps, { ...signedIn, ...ended }).catch(deps.failed);
      }
    };
  };
}

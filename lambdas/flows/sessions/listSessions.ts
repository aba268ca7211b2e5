import { type Clock, epochSeconds } from '../../core/common/clock.ts';
import type { Sessions } from '../../core/sessions/ports.ts';
import type { Principal } from '../../core/sessions/principal.ts';
import { isLive, type Session } from '../../core/sessions/session.ts';
import { type ActiveAccountDeps, activeAccount } from '../steps/activeAccount.ts';

export interface ListSessionsDeps extends ActiveAccountDeps {
  readonly sessions: Pick<Sessions, 'list'>;
  readonly clock: Clock;
}

export type ListedSession = Pick<Session, 'sid' | 'createdAt' | 'lastUsedAt' | 'ip' | 'userAgent'> & {
  /** Whether it is the principal's own. */
  readonly current: boolean;
};

/** A gateway limits the size of an answer. A subject with more sessions can end them all at once. */
const longestList = 100;

/**
 * The subject's live sessions, the one used last first, the hundred newest at most.
 *
 * @throws ProblemError `invalid_token` when the subject's own session is over with all of them; `unavailable`.
 */
export async function listSessions(deps: ListSessionsDeps, principal: Principal): Promise<readonly ListedSession[]> {
  const [account, sessions] = await Promise.all([activeAccount(deps, principal), deps.sessions.list(principal.sub)]);
  const now = epochSeconds(deps.clock);
  const live = sessions.filter((session) => isLive(session, now) && session.epoch === account.sessionEpoch);
  return live
    .sort((a, b) => b.lastUsedAt - a.lastUsedAt)
    .slice(0, longestList)
    .map((session) => ({ ...session, current: session.sid === principal.sid }));
}

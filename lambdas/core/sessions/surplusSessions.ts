import { isLive, type Session } from './session.ts';

/** How many live sessions an account may have. */
export const maxLiveSessions = 100;

/** The sessions that end because another began. */
export interface SurplusSessions {
  /** Of the same browser. */
  readonly replaced: readonly Session[];
  /** Beyond the most that an account may have. */
  readonly tooMany: readonly Session[];
}

/**
 * Which sessions end once a session has begun. A browser on a device that the account knows has one. Of too many, those
 * that began on no known device end first, the oldest of them at the head: whoever knows the password alone ends no
 * session of a known device before their own.
 *
 * Only older sessions end: of two that begin at once, each sees the other, and one of them lives.
 *
 * @param all the subject's sessions, read after the new one was written
 * @param previous the `sid` that the pair of account and device named before, where the account knew it
 */
export function surplusSessions(
  all: readonly Session[],
  { begun, previous }: { readonly begun: Session; readonly previous?: string | undefined },
  nowSeconds: number,
): SurplusSessions {
  const others = all.filter(({ sid, epoch }) => sid !== begun.sid && epoch === begun.epoch);
  const live = others.filter((session) => isLive(session, nowSeconds));
  const older = live.filter((session) => beganBefore(session, begun) < 0);
  const replaced = older.filter((session) => session.sid === previous || isSameBrowser(session, begun));
  const excess = live.length + 1 - replaced.length - maxLiveSessions;
  const candidates = older.filter((session) => !replaced.includes(session)).toSorted(byWorth);
  return { replaced, tooMany: candidates.slice(0, Math.max(0, excess)) };
}

function isSameBrowser(session: Session, begun: Session): boolean {
  if (begun.delivery !== 'cookie' || session.delivery !== 'cookie' || !begun.device?.known) return false;
  return session.device?.hash === begun.device.hash;
}

function byWorth(a: Session, b: Session): number {
  return Number(a.device?.known ?? false) - Number(b.device?.known ?? false) || beganBefore(a, b);
}

/** Negative where `a` began first. In one second the ids decide, for everybody alike. */
function beganBefore(a: Session, b: Session): number {
  return a.createdAt - b.createdAt || (a.sid < b.sid ? -1 : 1);
}

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
 * that began on no known device end first, the oldest of them at the head. Then those of which a device has the most,
 * the oldest of them at the head, and then those of the devices that became known last. So whoever knows the password,
 * and makes devices known by it, ends no session of a device that the account knew before, until they have as many such
 * devices as sessions. Whoever holds a device's token besides is that device, and ends its sessions alone.
 *
 * Only older sessions end: of two that begin at once and see each other, one lives.
 *
 * @param all the subject's sessions, read while the new one was written, or after that
 */
export function surplusSessions(all: readonly Session[], begun: Session, nowSeconds: number): SurplusSessions {
  const others = all.filter(({ sid, epoch }) => sid !== begun.sid && epoch === begun.epoch);
  const live = others.filter((session) => isLive(session, nowSeconds));
  const older = live.filter((session) => beganBefore(session, begun) < 0);
  const replaced = older.filter((session) => isSameBrowser(session, begun));
  const excess = live.length + 1 - replaced.length - maxLiveSessions;
  const candidates = byWorth(
    older.filter((session) => !replaced.includes(session)),
    begun,
  );
  return { replaced, tooMany: candidates.slice(0, Math.max(0, excess)) };
}

function isSameBrowser(session: Session, begun: Session): boolean {
  if (begun.delivery !== 'cookie' || session.delivery !== 'cookie' || !begun.device?.known) return false;
  return session.device?.hash === begun.device.hash;
}

/** Those that end first come first. */
function byWorth(sessions: readonly Session[], begun: Session): readonly Session[] {
  const later = newerOnDevice([...sessions, begun]);
  const isKnown = ({ device }: Session) => Number(device?.known ?? false);
  const knownAt = ({ device, createdAt }: Session) => (device?.known ? (device.knownAt ?? createdAt) : 0);
  const newer = (session: Session) => later.get(session) ?? 0;
  return sessions.toSorted(
    (a, b) => isKnown(a) - isKnown(b) || newer(b) - newer(a) || knownAt(b) - knownAt(a) || beganBefore(a, b),
  );
}

/** How many newer sessions there are on the known device of each. */
function newerOnDevice(sessions: readonly Session[]): ReadonlyMap<Session, number> {
  const counts = new Map<string, number>();
  const newestFirst = sessions.filter(({ device }) => device?.known).toSorted((a, b) => beganBefore(b, a));
  return new Map(
    newestFirst.map((session) => {
      const hash = session.device?.hash ?? '';
      const newer = counts.get(hash) ?? 0;
      counts.set(hash, newer + 1);
      return [session, newer];
    }),
  );
}

/** Negative where `a` began first. In one second the ids decide, for everybody alike. */
function beganBefore(a: Session, b: Session): number {
  return a.createdAt - b.createdAt || (a.sid < b.sid ? -1 : 1);
}

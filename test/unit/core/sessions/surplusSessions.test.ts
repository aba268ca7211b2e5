import { describe, expect, it } from 'vitest';
import { passwordAuthentication } from '../../../../lambdas/core/sessions/authentication.ts';
import { beginSession } from '../../../../lambdas/core/sessions/newSession.ts';
import type { Session } from '../../../../lambdas/core/sessions/session.ts';
import { maxLiveSessions, surplusSessions } from '../../../../lambdas/core/sessions/surplusSessions.ts';
import { from, settings, testAccount, testMacKey } from '../../../support/worlds/world.ts';

const now = 1_800_000_000;
const account = testAccount();
const key = testMacKey();

function session(createdAt: number, device?: Session['device'], change: Partial<Session> = {}): Session {
  const authentication = passwordAuthentication;
  const begun = beginSession({ account, authentication, delivery: 'cookie', from, now: createdAt, key, settings });
  return { ...begun.session, device, ...change };
}

const known = (hash: string) => ({ hash, known: true });
const unknown = (hash: string) => ({ hash, known: false });
const sids = (sessions: readonly Session[]) => sessions.map(({ sid }) => sid);

describe('a session that begins', () => {
  it('in a browser on a known device ends the one before in the same browser', () => {
    const earlier = [session(now - 9, unknown('mine')), session(now - 8, known('other')), session(now - 7)];
    const begun = session(now, known('mine'));
    const { replaced, tooMany } = surplusSessions([...earlier, begun], begun, now);
    expect(sids(replaced)).toEqual(sids(earlier.slice(0, 1)));
    expect(tooMany).toEqual([]);
  });

  it('elsewhere ends no other', () => {
    const earlier = [session(now - 9, known('mine')), session(now - 8, known('mine'), { delivery: 'body' })];
    for (const begun of [
      session(now, unknown('mine')),
      session(now, known('mine'), { delivery: 'body' }),
      session(now),
      session(now, known('mine'), { epoch: 1 }),
    ]) {
      expect(surplusSessions([...earlier, begun], begun, now)).toEqual({ replaced: [], tooMany: [] });
    }
  });

  it('beyond the most ends the oldest that began on no known device', () => {
    const trusted = [session(now - 999, known('a')), session(now - 998, known('b'))];
    const strange = Array.from({ length: maxLiveSessions - 2 }, (_, index) => session(now - 500 + index));
    const begun = session(now);
    const one = surplusSessions([...trusted, ...strange, begun], begun, now);
    expect(sids(one.tooMany)).toEqual(sids(strange.slice(0, 1)));
  });

  it('beyond the most, all on known devices, ends the oldest of the device that has the most', () => {
    const mine = [session(now - 999, known('mine')), session(now - 998, known('mine'))];
    const onThief = (at: number) => session(at, known('thief'), { delivery: 'body' });
    const flood = Array.from({ length: maxLiveSessions - 1 }, (_, index) => onThief(now - 500 + index));
    const begun = onThief(now);
    const { tooMany } = surplusSessions([...mine, ...flood, begun], begun, now);
    expect(sids(tooMany)).toEqual(sids(flood.slice(0, 2)));
  });

  it('beyond the most, one on each known device, ends that of the device which became known last', () => {
    const since = (knownAt: number) => ({ ...known(`d${knownAt}`), knownAt });
    const early = session(now - 999, since(now - 5000));
    const flood = Array.from({ length: maxLiveSessions - 1 }, (_, index) =>
      session(now - 500, since(now - 900 + index)),
    );
    const begun = session(now, since(now - 700));
    expect(sids(surplusSessions([early, ...flood, begun], begun, now).tooMany)).toEqual(sids(flood.slice(-1)));
  });

  it('beyond the most ends one of its own device, however long that has been known', () => {
    const old = { ...known('thief'), knownAt: now - 9000 };
    const [own, ...others] = Array.from({ length: maxLiveSessions }, (_, index) =>
      session(now - 500 + index, index === 0 ? old : { ...known(`d${index}`), knownAt: now - 800 }),
    );
    const begun = session(now, old, { delivery: 'body' });
    const { tooMany } = surplusSessions([...others, ...(own ? [own] : []), begun], begun, now);
    expect(sids(tooMany)).toEqual([own?.sid]);
  });

  it('does not count what is over', () => {
    const over = Array.from({ length: maxLiveSessions }, (_, index) =>
      session(now - 500 + index, undefined, index % 2 === 0 ? { status: 'revoked' } : { idleExpiresAt: now }),
    );
    const begun = session(now);
    expect(surplusSessions([...over, begun], begun, now).tooMany).toEqual([]);
  });

  it('at the same time as another never ends it while it is ended by it', () => {
    const pair = [session(now, known('mine')), session(now, known('mine'))] as const;
    const ended = pair.flatMap((begun) => sids(surplusSessions(pair, begun, now).replaced));
    expect(ended).toHaveLength(1);
  });
});

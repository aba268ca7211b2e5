import { expect, it } from 'vitest';
import type { Session } from '../../../lambdas/core/sessions/session.ts';
import { maxLiveSessions } from '../../../lambdas/core/sessions/surplusSessions.ts';
import { createLimitSessions } from '../../../lambdas/flows/signIn/limitSessions.ts';
import { storeContract } from '../../support/worlds/storeContract.ts';
import { from, testPair } from '../../support/worlds/world.ts';

storeContract('the sessions of an account', (bench) => {
  it('are a hundred at most, and one of a browser on a known device', async () => {
    const account = await bench.addAccount();
    const { world, clock } = bench;
    const limitSessions = createLimitSessions({
      sessions: world.sessions,
      revocation: world.revocation,
      clock,
      failed: (error) => expect.fail(String(error)),
    });
    const start = async (device?: Session['device']) => {
      const session = { ...bench.newSession(account, 'cookie').session, device };
      await world.sessions.start({
        session,
        pair: testPair(session),
        credentialsChangedAt: account.credentialsChangedAt,
        event: bench.event(),
      });
      await (await limitSessions(account.sub))(session, { account, from });
      clock.advance(1000);
      return session.sid;
    };
    const live = async () =>
      (await world.sessions.list(account.sub)).filter(({ status }) => status === 'active').map(({ sid }) => sid);
    const first = await start({ hash: 'mine', known: false });
    const second = await start({ hash: 'mine', known: true });
    expect(await live()).toEqual([second]);
    const strange: string[] = [];
    for (let count = 0; count < maxLiveSessions + 1; count++) strange.push(await start());
    expect((await live()).toSorted()).toEqual([second, ...strange.slice(2)].toSorted());
    const [ended] = await bench.eventsOf(first);
    expect(ended).toMatchObject({ type: 'session.revoked', reason: 'replaced' });
    expect(await bench.eventsOf(strange[0] ?? '')).toMatchObject([{ reason: 'too_many_sessions' }]);
    const items = (await bench.database.items('Sessions')).filter(({ sub }) => sub === account.sub);
    const now = Math.floor(clock() / 1000);
    for (const { status, ttl } of items) expect(Number(ttl) - now > 3600, `${status}`).toBe(status === 'active');
    expect(await world.sessions.listReadable(account.sub, 7)).toHaveLength(7);
  });
});

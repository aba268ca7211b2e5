import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { createExpectedTenants } from '../../../lambdas/core/accounts/expectedTenants.ts';
import { createRefreshRotation } from '../../../lambdas/stores/sessions/refreshRotation.ts';
import { withConflicts } from '../../support/database/conflicts.ts';
import { roundTrips } from '../../support/database/roundTrips.ts';
import { storeContract } from '../../support/worlds/storeContract.ts';

storeContract('a rotation', (bench) => {
  const { clock, addAccount, startSession, refresh, eventsOf } = bench;

  const limitedTo = (maximum: number) => {
    const { client, tables } = bench.world;
    const rotation = createRefreshRotation({ client, tables, limit: { windowSeconds: 60, maximum } });
    return (token: string) => refresh(token, { reuse: 0 }, clock(), { rotation });
  };
  const stored = async (sub: string) => (await bench.world.sessions.list(sub))[0];

  describe('in one sequential round trip', () => {
    const oneTrip = { calls: ['TransactWriteItems', 'BatchGetItem'], sequential: 1 };

    it('yields the successor', async () => {
      const { refreshToken } = await startSession(await addAccount());
      expect(await roundTrips(() => refresh(refreshToken))).toEqual(oneTrip);
    });

    it('yields the same successor again', async () => {
      const { refreshToken } = await startSession(await addAccount());
      await refresh(refreshToken);
      expect(await roundTrips(() => refresh(refreshToken))).toEqual(oneTrip);
    });

    it('leaves a browser a token that is younger than the window', async () => {
      const { refreshToken } = await startSession(await addAccount(), 'cookie');
      const again = () => refresh(refreshToken, undefined, undefined, { delivery: 'cookie' });
      expect(await roundTrips(again)).toEqual(oneTrip);
    });

    it('refuses a token of no session', async () => {
      const { refreshToken } = bench.newSession(await addAccount());
      expect(await roundTrips(() => expect(refresh(refreshToken)).rejects.toThrow('invalid_grant'))).toEqual(oneTrip);
    });
  });

  describe('of an account of another tenant than it was taken for', () => {
    it('names the account’s tenant in its event', async () => {
      const { session, refreshToken } = await startSession(await addAccount({ tenantId: 'umbrella' }));
      await refresh(refreshToken);
      const tenants = (await eventsOf(session.sid)).map(({ type, tenant_id }) => [type, tenant_id]);
      expect(tenants).toEqual([['session.refreshed', 'umbrella']]);
    });

    it('takes a second trip once, and then one', async () => {
      const { refreshToken } = await startSession(await addAccount({ tenantId: 'umbrella' }));
      const tenants = createExpectedTenants('acme');
      let token = refreshToken;
      const next = async () => {
        token = (await refresh(token, undefined, undefined, { tenants })).refreshToken;
      };
      expect((await roundTrips(next)).sequential).toBe(2);
      expect((await roundTrips(next)).sequential).toBe(1);
    });

    it('still finds out a reuse', async () => {
      const { session, refreshToken } = await startSession(await addAccount({ tenantId: 'umbrella' }));
      await refresh((await refresh(refreshToken)).refreshToken);
      await expect(refresh(refreshToken)).rejects.toMatchObject({ code: 'invalid_grant' });
      expect((await stored(session.sub))?.status).toBe('revoked');
    });

    it.each([{ status: 'disabled' }, { sessionEpoch: 1 }] as const)(
      'is refused where the account is %j',
      async (change) => {
        const account = await addAccount({ tenantId: 'umbrella', ...change });
        const { refreshToken } = bench.newSession({ ...account, sessionEpoch: 0 });
        await expect(refresh(refreshToken)).rejects.toMatchObject({ code: 'invalid_grant' });
      },
    );
  });

  describe('beyond the limit of its session', () => {
    it('is refused with the time to wait, and that is recorded', async () => {
      const limited = limitedTo(2);
      const account = await addAccount();
      const { session, refreshToken } = await startSession(account);
      const { refreshToken: second } = await limited(refreshToken);
      clock.advance(20_000);
      const { refreshToken: third } = await limited(second);
      const refused = { code: 'rate_limited', status: 429, retryAfterSeconds: 40 };
      const refusal = { limit: 'refreshPerSession', quota: 2, windowSeconds: 60, retryAfterSeconds: 40 };
      await expect(limited(third)).rejects.toMatchObject({ ...refused, refusal });
      expect((await stored(session.sub))?.generation).toBe(2);
      expect((await eventsOf(account.sub)).map(({ type, reason }) => [type, reason])).toEqual([
        ['request.rate_limited', 'refreshPerSession'],
      ]);
      clock.advance(40_000);
      expect((await limited(third)).refreshToken).not.toBe(third);
    });

    it('keeps no other session from one', async () => {
      const limited = limitedTo(1);
      const account = await addAccount();
      const [one, other] = [await startSession(account), await startSession(account)];
      const { refreshToken: next } = await limited(one.refreshToken);
      await expect(limited(next)).rejects.toMatchObject({ code: 'rate_limited' });
      await limited(other.refreshToken);
    });

    it('is not counted for a token that yields the same successor again', async () => {
      const limited = limitedTo(1);
      const { refreshToken } = await startSession(await addAccount());
      const [first, ...others] = [
        await limited(refreshToken),
        await limited(refreshToken),
        await limited(refreshToken),
      ];
      for (const { refreshToken: same } of others) expect(same).toBe(first?.refreshToken);
    });

    it('is refused however many come at once, just when there is room for one again', async () => {
      const limited = limitedTo(3);
      const { session, refreshToken } = await startSession(await addAccount());
      let token = refreshToken;
      for (let time = 0; time < 3; time++) {
        token = (await limited(token)).refreshToken;
        clock.advance(10_000);
      }
      clock.advance(30_000);
      const atOnce = async (of: string) =>
        (await Promise.allSettled(Array.from({ length: 20 }, () => limited(of)))).map((answer) =>
          answer.status === 'fulfilled' ? answer.value.refreshToken : answer.reason.code,
        );
      const [next, ...others] = new Set(await atOnce(token));
      expect(others).toEqual([]);
      expect(new Set(await atOnce(String(next)))).toEqual(new Set(['rate_limited']));
      expect(await stored(session.sub)).toMatchObject({ generation: 4, status: 'active' });
    });

    it('is refused by an item that the release before has written as by a new one', async () => {
      const limited = limitedTo(2);
      const { session, refreshToken } = await startSession(await addAccount());
      await bench.world.client.send(
        new UpdateCommand({
          TableName: bench.database.tables.Sessions,
          Key: { sub: session.sub, sid: session.sid },
          UpdateExpression: 'SET generation = :many REMOVE delivery',
          ExpressionAttributeValues: { ':many': 500 },
        }),
      );
      let token = bench.tokenOf(refreshToken, 500);
      for (let time = 0; time < 2; time++) token = (await limited(token)).refreshToken;
      await expect(limited(token)).rejects.toMatchObject({ code: 'rate_limited' });
    });
  });

  it('F32 by 50 at once, half of all writes being refused, is one, with its successor in every answer', async () => {
    const { session, refreshToken } = await startSession(await addAccount());
    const calls = { reuse: 0 };
    const answers = await withConflicts(bench.database.client, () =>
      Promise.allSettled(Array.from({ length: 50 }, () => refresh(refreshToken, calls))),
    );
    const good = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.refreshToken] : []));
    for (const answer of answers) {
      if (answer.status === 'rejected') {
        expect(answer.reason).toMatchObject({ code: 'unavailable', status: 503, retryAfterSeconds: 1 });
      }
    }
    expect(good.length).toBeGreaterThanOrEqual(49);
    expect(new Set(good).size).toBe(1);
    expect(await stored(session.sub)).toMatchObject({ generation: 1, status: 'active' });
    expect(calls.reuse).toBe(0);
    expect((await eventsOf(session.sid)).filter(({ type }) => type === 'session.refreshed')).toHaveLength(1);
  });

  it('F32 whose conflicts go on is a 503 with a time to try again, and nothing is revoked', async () => {
    const { session, refreshToken } = await startSession(await addAccount());
    const always = () => withConflicts(bench.database.client, () => refresh(refreshToken), { share: 1 });
    await expect(always()).rejects.toMatchObject({ code: 'unavailable', status: 503, retryAfterSeconds: 1 });
    expect(await stored(session.sub)).toMatchObject({ generation: 0, status: 'active' });
    await refresh(refreshToken);
  });
});

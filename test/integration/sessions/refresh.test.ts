import { describe, expect, it } from 'vitest';
import { countCalls } from '../../support/database/countCalls.ts';
import { storeContract } from '../../support/worlds/storeContract.ts';
import { settings } from '../../support/worlds/world.ts';

storeContract('the stores', (bench) => {
  const { clock, event, addAccount, startSession, refresh, eventsOf } = bench;

  describe('a refresh', () => {
    it('yields one new generation, with its event', async () => {
      const { session, refreshToken } = await startSession(await addAccount());
      await refresh(refreshToken);
      const [stored] = await bench.world.sessions.list(session.sub);
      expect(stored?.generation).toBe(1);
      expect((await eventsOf(session.sid)).map(({ type }) => type)).toContain('session.refreshed');
    });

    it('F02 that lost its answer gets the same successor again, within the window', async () => {
      const { session, refreshToken } = await startSession(await addAccount());
      const first = await refresh(refreshToken);
      clock.advance(9_000);
      expect((await refresh(refreshToken)).refreshToken).toBe(first.refreshToken);
      expect((await bench.world.sessions.list(session.sub))[0]?.generation).toBe(1);
      clock.advance(1_000);
      const calls = { reuse: 0 };
      await expect(refresh(refreshToken, calls)).rejects.toMatchObject({ code: 'invalid_grant' });
      expect(calls.reuse).toBe(1);
    });

    it('counts from when it was sent: a cold start makes no retry a reuse', async () => {
      const { refreshToken } = await startSession(await addAccount());
      const sentAtMs = clock();
      const first = await refresh(refreshToken);
      clock.advance(20_000);
      const heldUp = await refresh(refreshToken, { reuse: 0 }, sentAtMs);
      expect(heldUp.refreshToken).toBe(first.refreshToken);
      clock.advance(60_000);
      await expect(refresh(refreshToken, { reuse: 0 }, sentAtMs)).rejects.toMatchObject({ code: 'invalid_grant' });
    });

    it('O25 O26 of an older token revokes the session and its access tokens', async () => {
      const { session, refreshToken } = await startSession(await addAccount());
      const second = await refresh(refreshToken);
      await refresh(String(second.refreshToken));
      await expect(refresh(refreshToken)).rejects.toMatchObject({ code: 'invalid_grant' });
      expect((await bench.world.sessions.list(session.sub))[0]?.status).toBe('revoked');
      const revocations = await bench.database.items('Revocations');
      expect(revocations.filter(({ kind, value }) => kind === 'sid' && value === session.sid)).toHaveLength(1);
      expect((await eventsOf(session.sid)).map(({ type }) => type)).toContain('session.reuse_detected');
      await expect(refresh(String(second.refreshToken))).rejects.toMatchObject({ code: 'invalid_grant' });
    });

    it('O28 of a forged token revokes nothing', async () => {
      const { session, refreshToken } = await startSession(await addAccount());
      const forged = refreshToken.replace(/\.0\./, '.1.');
      await expect(refresh(forged)).rejects.toMatchObject({ code: 'invalid_grant' });
      expect((await bench.world.sessions.list(session.sub))[0]?.status).toBe('active');
    });

    it('O28 of a forged token calls nothing', async () => {
      const { refreshToken } = await startSession(await addAccount());
      const forged = refreshToken.replace(/\.0\./, '.1.');
      const calls = await countCalls(bench.world.client, () => refresh(forged).catch(() => undefined));
      expect(calls).toEqual([]);
    });

    it('by 50 at once yields one generation, told by each answer but 503s', async () => {
      const { session, refreshToken } = await startSession(await addAccount());
      const answers = await Promise.allSettled(Array.from({ length: 50 }, () => refresh(refreshToken)));
      const good = answers.flatMap((answer) => (answer.status === 'fulfilled' ? [answer.value.refreshToken] : []));
      const bad = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason] : []));
      expect(new Set(good).size).toBe(1);
      for (const error of bad) expect(error).toMatchObject({ code: 'unavailable', retryAfterSeconds: 1 });
      const [stored] = await bench.world.sessions.list(session.sub);
      expect(stored).toMatchObject({ generation: 1, status: 'active' });
    });

    it('is refused once the session’s idle expiry has passed', async () => {
      const account = await addAccount();
      const { session, refreshToken } = await startSession(account);
      clock.advance(settings.refreshIdleTtlSeconds * 1000);
      await expect(refresh(refreshToken)).rejects.toMatchObject({ code: 'invalid_grant' });
      expect((await bench.world.sessions.list(session.sub))[0]).toMatchObject({ generation: 0, status: 'active' });
    });

    it('goes on while it is used, for 30 days at most', async () => {
      const { refreshToken } = await startSession(await addAccount());
      let token = refreshToken;
      for (let day = 6; day < 30; day += 6) {
        clock.advance(6 * 86_400_000);
        token = String((await refresh(token)).refreshToken);
      }
      clock.advance(6 * 86_400_000);
      await expect(refresh(token)).rejects.toMatchObject({ code: 'invalid_grant' });
    });

    it('that the table does not take is a 503 with nothing changed', async () => {
      const { session } = await startSession(await addAccount());
      const oversized = { ...event(), details: { text: 'x'.repeat(420_000) } };
      await expect(
        bench.world.rotation.rotate({
          sub: session.sub,
          sid: session.sid,
          clientId: session.clientId,
          secretHash: session.secretHash,
          delivery: 'body',
          generation: 0,
          epoch: 0,
          nowMs: clock(),
          idleTtlSeconds: 60,
          tenantId: 'acme',
          event: () => oversized,
        }),
      ).rejects.toMatchObject({ code: 'unavailable' });
      expect((await bench.world.sessions.list(session.sub))[0]?.generation).toBe(0);
    });
  });
});

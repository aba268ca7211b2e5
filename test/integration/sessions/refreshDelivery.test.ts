import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { cookieIdOf } from '../../../lambdas/core/sessions/cookieId.ts';
import { SessionOver } from '../../../lambdas/core/sessions/sessionOver.ts';
import { storeContract } from '../../support/worlds/storeContract.ts';
import { settings } from '../../support/worlds/world.ts';

storeContract('the stores', (bench) => {
  const { clock, addAccount, startSession, refresh } = bench;

  describe('a refresh', () => {
    it('of a browser rotates no current token that is younger than the window', async () => {
      const { session, refreshToken } = await startSession(await addAccount(), 'cookie');
      const refreshByCookie = (token: string) => refresh(token, undefined, undefined, { delivery: 'cookie' });
      clock.advance(9_000);
      expect((await refreshByCookie(refreshToken)).delivery).toEqual({ by: 'kept_cookies' });
      expect((await bench.world.sessions.list(session.sub))[0]?.generation).toBe(0);
      clock.advance(2_000);
      const next = await refreshByCookie(refreshToken);
      expect(next.refreshToken).not.toBe(refreshToken);
      expect(next.delivery).toMatchObject({ by: 'cookie', cookieId: cookieIdOf(session) });
      expect((await refreshByCookie(next.refreshToken)).delivery).toEqual({ by: 'kept_cookies' });
      expect((await refreshByCookie(refreshToken)).refreshToken).toBe(next.refreshToken);
      expect((await bench.world.sessions.list(session.sub))[0]).toMatchObject({ generation: 1, status: 'active' });
      clock.advance(60_000);
      await expect(refreshByCookie(refreshToken)).rejects.toBeInstanceOf(SessionOver);
      expect((await bench.world.sessions.list(session.sub))[0]?.status).toBe('revoked');
    });

    it('S08 in another way than the session is delivered in is refused', async () => {
      for (const [delivered, presented] of [
        ['cookie', 'body'],
        ['body', 'cookie'],
      ] as const) {
        const { session, refreshToken } = await startSession(await addAccount(), delivered);
        clock.advance(60_000);
        const attempt = refresh(refreshToken, undefined, undefined, { delivery: presented });
        await expect(attempt).rejects.toMatchObject({ code: 'invalid_grant' });
        expect((await bench.world.sessions.list(session.sub))[0]).toMatchObject({ generation: 0, status: 'active' });
        await refresh(refreshToken, undefined, undefined, { delivery: delivered });
      }
    });

    it('of a session that does not say how it is delivered is one in a body', async () => {
      const { session, refreshToken } = await startSession(await addAccount());
      await bench.world.client.send(
        new UpdateCommand({
          TableName: bench.database.tables.Sessions,
          Key: { sub: session.sub, sid: session.sid },
          UpdateExpression: 'REMOVE delivery',
        }),
      );
      await refresh(refreshToken);
      expect((await bench.world.sessions.list(session.sub))[0]).toMatchObject({ generation: 1, delivery: 'body' });
    });

    it('of a browser lets its cookies live until the session would end unused', async () => {
      const { refreshToken } = await startSession(await addAccount(), 'cookie');
      const maxAge = async (token: string) => {
        const { delivery, refreshToken: next } = await refresh(token, undefined, undefined, { delivery: 'cookie' });
        return { next, seconds: delivery.by === 'cookie' ? delivery.maxAgeSeconds : undefined };
      };
      clock.advance(6 * 86_400_000);
      let { next, seconds } = await maxAge(refreshToken);
      expect(seconds).toBe(settings.refreshIdleTtlSeconds);
      for (let day = 12; day <= 24; day += 6) {
        clock.advance(6 * 86_400_000);
        ({ next, seconds } = await maxAge(next));
      }
      expect(seconds).toBe(6 * 86_400);
    });
  });
});

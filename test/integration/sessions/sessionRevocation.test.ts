import { describe, expect, it } from 'vitest';
import { sessionClaims } from '../../../lambdas/core/sessions/sessionClaims.ts';
import { createRevocations } from '../../../lambdas/stores/tokens/revocations.ts';
import { storeContract } from '../../support/worlds/storeContract.ts';

storeContract('the stores', (bench) => {
  const { clock, event, addAccount, startSession, refresh } = bench;

  const revocations = () =>
    createRevocations({
      client: bench.world.client,
      table: bench.world.tables.revocations,
      clock,
      pollSeconds: 5,
      onUnknown: () => expect.fail('every entry is known'),
      accessTokenTtlSeconds: 900,
      clockLeewaySeconds: 60,
    });

  /** What an authorizer sees of the token of a new sign-in. */
  async function tokenOf(sub: string) {
    const account = await bench.world.accounts.find(sub);
    if (!account) throw new Error('no account');
    const { session } = await startSession(account);
    const { iat, sid } = sessionClaims(session, account, Math.floor(clock() / 1000));
    return { kid: 'kid', jti: 'jti', clientId: 'client', tenantId: account.tenantId, sub, sid, issuedAt: iat };
  }

  describe('a revocation', () => {
    it('of a session happens once', async () => {
      const { session } = await startSession(await addAccount());
      const revoke = () =>
        bench.world.revocation.revoke({ sub: session.sub, sid: session.sid, nowMs: clock(), event: event() });
      expect(await revoke()).toBe(true);
      const before = (await bench.database.items('AuditOutbox')).length;
      expect(await revoke()).toBe(false);
      expect((await bench.database.items('AuditOutbox')).length).toBe(before);
    });

    it('L27 of a session of an older epoch than its account changes nothing', async () => {
      const { session } = await startSession(await addAccount());
      const { sub, sid } = session;
      await bench.world.revocation.revokeEverywhere({ sub, nowMs: clock(), event: event() });
      const before = (await bench.database.items('AuditOutbox')).length;
      expect(await bench.world.revocation.revoke({ sub, sid, epoch: 0, nowMs: clock(), event: event() })).toBe(false);
      expect((await bench.database.items('AuditOutbox')).length).toBe(before);
    });

    it('by refresh token takes the secret of that session', async () => {
      const { session } = await startSession(await addAccount());
      const input = { sub: session.sub, sid: session.sid, nowMs: clock(), event: event() };
      expect(await bench.world.revocation.revoke({ ...input, proof: { secretHash: 'another' } })).toBe(false);
      expect(await bench.world.revocation.revoke({ ...input, proof: { secretHash: session.secretHash } })).toBe(true);
    });

    it('of everything refuses all refresh and access tokens so far', async () => {
      const account = await addAccount();
      const begun = await Promise.all([startSession(account), startSession(account)]);
      const raised = () =>
        bench.world.revocation.revokeEverywhere({ sub: account.sub, nowMs: clock(), event: event() });
      expect(await raised()).toBe(true);
      for (const { refreshToken } of begun) {
        await expect(refresh(refreshToken)).rejects.toMatchObject({ code: 'invalid_grant' });
      }
      const cut = Math.floor(clock() / 1000) + 2;
      expect(await bench.world.accounts.find(account.sub)).toMatchObject({ sessionEpoch: 1, tokenCut: cut });
      const entries = (await bench.database.items('Revocations')).filter(({ value }) => value === account.sub);
      expect(entries).toMatchObject([{ kind: 'sub', issued_at_or_before: cut, epoch_below: 1 }]);
    });

    it('L27 of everything, twice within a second, refuses what was issued in between', async () => {
      const { sub } = await addAccount();
      const everywhere = () => bench.world.revocation.revokeEverywhere({ sub, nowMs: clock(), event: event() });
      const first = await tokenOf(sub);
      expect(await everywhere()).toBe(true);
      const between = await tokenOf(sub);
      expect(await everywhere()).toBe(true);
      const list = await revocations().get();
      expect([first, between].map((token) => list.revokes(token))).toEqual(['sub', 'sub']);
      expect(list.revokes(await tokenOf(sub))).toBeUndefined();
    });

    it('L27 by writers whose clocks are apart moves the cut forward, never back', async () => {
      const { sub } = await addAccount();
      const everywhere = (offMs: number) =>
        bench.world.revocation.revokeEverywhere({ sub, nowMs: clock() + offMs, event: event() });
      const cuts: number[] = [];
      for (const offMs of [2000, 0, 1000]) {
        expect(await everywhere(offMs)).toBe(true);
        cuts.push((await bench.world.accounts.find(sub))?.tokenCut ?? 0);
      }
      expect(cuts).toEqual([0, 1, 2].map((step) => Math.floor(clock() / 1000) + 4 + step));
    });

    it('of everything by twenty at once takes effect twenty times, each after the other', async () => {
      const { sub } = await addAccount();
      const all = Array.from({ length: 20 }, () =>
        bench.world.revocation.revokeEverywhere({ sub, nowMs: clock(), event: event() }),
      );
      const results = await Promise.allSettled(all);
      const done = results.filter((result) => result.status === 'fulfilled' && result.value).length;
      expect(await bench.world.accounts.find(sub)).toMatchObject({ sessionEpoch: done });
      const entries = (await bench.database.items('Revocations')).filter(({ value }) => value === sub);
      expect(new Set(entries.map((entry) => entry['epoch_below'])).size).toBe(done);
    });

    it('of everything by a session of an older epoch changes nothing', async () => {
      const { sub } = await addAccount();
      const everywhere = (epoch: number) =>
        bench.world.revocation.revokeEverywhere({ sub, epoch, nowMs: clock(), event: event() });
      expect(await everywhere(0)).toBe(true);
      const before = await bench.database.items('AuditOutbox');
      expect(await everywhere(0)).toBe(false);
      expect(await bench.database.items('AuditOutbox')).toHaveLength(before.length);
      expect(await bench.world.accounts.find(sub)).toMatchObject({ sessionEpoch: 1 });
    });
  });
});

import { describe, expect, it } from 'vitest';

import { storeContract } from '../../support/worlds/storeContract.ts';

storeContract('the stores', (bench) => {
  const { clock, event, addAccount, startSession, refresh } = bench;

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
      expect(entries).toMatchObject([{ kind: 'sub', issued_at_or_before: cut }]);
    });
  });
});

import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { hashMailToken } from '../../../lambdas/core/mail/mailToken.ts';
import { storeContract } from '../../support/worlds/storeContract.ts';
import { testAccount, testPair } from '../../support/worlds/world.ts';

storeContract('the stores', (bench) => {
  const { clock, event, newSession } = bench;

  describe('a registration', () => {
    const pending = () => ({ pendingId: randomUUID(), tokenHash: hashMailToken(randomUUID()) });

    async function request(input: { pendingId: string; tokenHash: string }) {
      const expiresAt = Math.floor(clock() / 1000) + 600;
      const job = {
        jobId: randomUUID(),
        to: 'a@example.com',
        expiresAt,
        template: 'verify-email',
        nonce: 'n'.repeat(22),
        kid: 'k1',
      } as const;
      const link = { tokenHash: input.tokenHash, expiresAt, job };
      await bench.world.registrations.request({
        pendingId: input.pendingId,
        link,
        again: undefined,
        job,
        nowMs: clock(),
      });
    }

    function complete(input: { pendingId: string; tokenHash: string }, account = testAccount()) {
      const now = Math.floor(clock() / 1000);
      const { session } = newSession(account);
      return bench.world.registrations.complete({
        ...input,
        now,
        account,
        started: { session, pair: testPair(session) },
        events: [event(), event()],
      });
    }

    it('by 20 at once with one token makes one account', async () => {
      const token = pending();
      await request(token);
      const accounts = Array.from({ length: 20 }, () => testAccount());
      const made = await Promise.allSettled(accounts.map((account) => complete(token, account)));
      expect(made.filter((answer) => answer.status === 'fulfilled' && answer.value)).toHaveLength(1);
      const found = await Promise.all(accounts.map(({ sub }) => bench.world.accounts.find(sub)));
      expect(found.filter((account) => account !== undefined)).toHaveLength(1);
    });

    it('of one address twice makes one account', async () => {
      const tokens = [pending(), pending()];
      await Promise.all(tokens.map(request));
      const address = `${randomUUID()}@example.com`;
      const made = await Promise.allSettled(
        tokens.map((token) => complete(token, testAccount({ email: address, normalizedEmail: address }))),
      );
      expect(made.filter((answer) => answer.status === 'fulfilled' && answer.value)).toHaveLength(1);
    });

    it('R03 is good for ten minutes, unless a newer one replaces it', async () => {
      const older = pending();
      const newer = { ...pending(), pendingId: older.pendingId };
      await request(older);
      await request(newer);
      expect(await bench.world.registrations.isPending(older)).toBe(false);
      expect(await complete(older)).toBe(false);
      clock.advance(600_000);
      expect(await complete(newer)).toBe(false);
    });

    it('keeps no address once its mail has gone', async () => {
      await request(pending());
      const items = (await bench.database.items('Accounts')).filter(({ pk }) => String(pk).startsWith('pending#'));
      expect(items.length).toBeGreaterThan(0);
      expect(JSON.stringify(items)).not.toContain('@');
    });
  });
});

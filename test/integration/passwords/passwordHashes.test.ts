import { describe, expect, it } from 'vitest';
import { accountEvent } from '../../../lambdas/core/audit/auditEvent.ts';

import { storeContract } from '../../support/worlds/storeContract.ts';

storeContract('the stores', (bench) => {
  const { clock, addAccount, eventsOf } = bench;

  describe('a password hash', () => {
    it('is replaced only while it is the one that was verified', async () => {
      const account = await addAccount({ passwordHash: 'imported:old' });
      const replace = (from: string, to: string, nth: number) =>
        bench.world.passwordHashes.replace({
          sub: account.sub,
          from,
          to,
          event: {
            ...accountEvent(account, { type: 'password.rehashed', nowMs: clock(), reason: 'parameters' }),
            event_id: `${account.sub} ${nth}`,
          },
        });
      const answers = await Promise.all([1, 2, 3, 4].map((nth) => replace('imported:old', `new ${nth}`, nth)));
      expect(answers.filter(Boolean)).toHaveLength(1);
      const won = answers.indexOf(true) + 1;
      expect(await bench.world.accounts.find(account.sub)).toEqual({ ...account, passwordHash: `new ${won}` });
      expect(await replace('imported:old', 'newer', 5)).toBe(false);
      expect((await eventsOf(account.sub)).map(({ event_id }) => event_id)).toEqual([`${account.sub} ${won}`]);
    });
  });
});

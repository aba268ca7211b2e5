import { describe, expect, it } from 'vitest';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import { accountEvent } from '../../../lambdas/core/audit/auditEvent.ts';
import { accountsPerTransaction } from '../../../lambdas/stores/accounts/accountImports.ts';
import { storeContract } from '../../support/worlds/storeContract.ts';
import { testAccount } from '../../support/worlds/world.ts';

storeContract('the stores', (bench) => {
  const { clock, addAccount, eventsOf } = bench;

  describe('an account', () => {
    it('is found as it was written', async () => {
      const account = await addAccount({ roles: ['admin', 'member'] });
      expect(await bench.world.accounts.findByEmail(account.normalizedEmail)).toEqual(account);
      expect(await bench.world.accounts.find(account.sub)).toEqual(account);
      expect(await bench.world.accounts.findByEmail('nobody@example.com')).toBeUndefined();
    });
  });

  describe('an import', () => {
    const entry = (change: Partial<Account> = {}) => {
      const account = testAccount(change);
      const by = { type: 'operator', id: 'arn:aws:iam::111111111111:user/ada' } as const;
      return { account, event: accountEvent(account, { type: 'account.imported', nowMs: clock(), by }) };
    };

    it('of as many accounts as a transaction holds makes each once, with its event', async () => {
      const entries = Array.from({ length: accountsPerTransaction }, () => entry());
      expect(new Set(await bench.world.imports.create(entries))).toEqual(new Set(['imported']));
      const again = entries.map(({ account }) => entry(account));
      expect(new Set(await bench.world.imports.create(again))).toEqual(new Set(['existing']));
      for (const { account } of [entries[0], entries[32]].filter((one) => one !== undefined)) {
        expect(await bench.world.accounts.findByEmail(account.email)).toEqual(account);
        expect((await eventsOf(account.sub)).map(({ type }) => type)).toEqual(['account.imported']);
      }
    });

    it('leaves out nothing but what is taken', async () => {
      const there = await addAccount();
      const other = await addAccount();
      const [first, last] = [entry(), entry()];
      const taken = entry({ email: there.email, normalizedEmail: there.normalizedEmail });
      const sameSub = entry({ sub: other.sub });
      const outcomes = await bench.world.imports.create([first, taken, sameSub, last]);
      expect(outcomes).toEqual(['imported', 'address_taken', 'sub_taken', 'imported']);
      for (const { account } of [first, last]) expect(await bench.world.accounts.find(account.sub)).toEqual(account);
      for (const one of [there, other]) expect(await bench.world.accounts.find(one.sub)).toEqual(one);
      for (const { account } of [taken, sameSub]) expect(await eventsOf(account.sub)).toEqual([]);
      expect(await bench.world.accounts.find(taken.account.sub)).toBeUndefined();
    });

    it('finds the accounts that are there', async () => {
      const [one, two] = [await addAccount(), await addAccount()];
      const found = await bench.world.imports.find([one.sub, testAccount().sub, two.sub, one.sub]);
      expect(found.toSorted((a, b) => a.sub.localeCompare(b.sub))).toEqual(
        [one, two].toSorted((a, b) => a.sub.localeCompare(b.sub)),
      );
      expect(await bench.world.imports.find([])).toEqual([]);
    });

    it('adds a password once, with its event, to an account that has none', async () => {
      const account = await addAccount({ passwordHash: undefined });
      const { event } = entry(account);
      const input = { account, passwordHash: 'imported:hash', nowMs: clock(), event };
      expect(await bench.world.imports.addPassword(input)).toBe(true);
      const changed = await bench.world.accounts.find(account.sub);
      expect(changed).toMatchObject({ passwordHash: 'imported:hash' });
      expect(changed?.credentialsChangedAt).toBeGreaterThan(account.credentialsChangedAt);
      expect((await eventsOf(account.sub)).map(({ type }) => type)).toEqual(['account.imported']);
      const again = { ...input, passwordHash: 'imported:other', event: entry(account).event };
      expect(await bench.world.imports.addPassword(again)).toBe(false);
      expect(await bench.world.imports.addPassword({ ...again, account: changed ?? account })).toBe(false);
      expect(await eventsOf(account.sub)).toHaveLength(1);
    });

    it('adds no password to an account that has changed since it was read, or is being erased', async () => {
      for (const change of [{ sessionEpoch: 1 }, { credentialsChangedAt: 5 }, { status: 'deleting' as const }]) {
        const account = await addAccount({ passwordHash: undefined, ...change });
        const read = 'status' in change ? account : { ...account, sessionEpoch: 0, credentialsChangedAt: 4 };
        const input = { account: read, passwordHash: 'imported:hash', nowMs: clock(), event: entry(account).event };
        expect(await bench.world.imports.addPassword(input)).toBe(false);
        expect(await bench.world.accounts.find(account.sub)).toEqual(account);
      }
    });
  });
});

import { expect, it } from 'vitest';
import type { Account } from '../../../../lambdas/core/accounts/account.ts';
import { exportAccounts } from '../../../../lambdas/flows/moving/exportAccounts.ts';
import { testAccount } from '../../../support/worlds/world.ts';

async function exported(accounts: readonly Account[], damaged: readonly string[] = []) {
  const lines: string[] = [];
  const summary = await exportAccounts(
    {
      audit: { record: async () => {} },
      administration: {
        async *list(unreadable) {
          for (const sub of damaged) unreadable(sub);
          yield* accounts;
        },
      },
      clock: () => 1_800_000_000_000,
    },
    {
      operator: { type: 'operator', id: 'arn:aws:iam::111111111111:user/ada' },
      withPeppers: false,
      write: async (line) => void lines.push(line),
    },
  );
  return { ...summary, records: lines.map((line) => JSON.parse(line)) };
}

it('an account with a date that no calendar has does not end the export of the others', async () => {
  const [damaged, whole] = [testAccount({ createdAt: 1.5e15 }), testAccount({ createdAt: 1_600_000_000 })];
  const { accounts, records } = await exported([damaged, whole]);
  expect([accounts, records.map(({ created_at }) => created_at)]).toEqual([
    2,
    ['9999-12-31T23:59:59.000Z', '2020-09-13T12:26:40.000Z'],
  ]);
});

it('an account that cannot be read is named', async () => {
  expect(await exported([testAccount()], ['7d0c1c52'])).toMatchObject({ accounts: 1, unreadable: ['7d0c1c52'] });
});

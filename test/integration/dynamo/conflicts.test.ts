import { TransactionCanceledException, TransactionConflictException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import { limitFor } from '../../../lambdas/core/limits/limitSubjects.ts';
import { countCalls } from '../../support/database/countCalls.ts';
import { storeContract } from '../../support/worlds/storeContract.ts';
import { testPair } from '../../support/worlds/world.ts';

/** Refuses every other attempt of a write, before it leaves, as DynamoDB refuses one that meets a transaction. */
async function withConflicts<T>(client: DynamoDBDocumentClient, run: () => Promise<T>): Promise<T> {
  const name = 'injectConflicts';
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const isWrite = /^(TransactWrite|Put|Update|Delete)/.test(commandName);
        if (isWrite && Math.random() < 0.5) throw conflictOf(commandName);
        return next(args);
      },
    { step: 'finalizeRequest', priority: 'low', name },
  );
  try {
    return await run();
  } finally {
    client.middlewareStack.remove(name);
  }
}

function conflictOf(commandName: string): Error {
  const answer = { message: 'injected', $metadata: {} };
  if (!commandName.startsWith('TransactWrite')) return new TransactionConflictException(answer);
  return new TransactionCanceledException({
    ...answer,
    CancellationReasons: [{ Code: 'None' }, { Code: 'TransactionConflict' }],
  });
}

storeContract('writes that meet on one account', (bench) => {
  const atOnce = <T>(count: number, one: () => Promise<T>) => Promise.allSettled(Array.from({ length: count }, one));
  const start = (account: Account) => {
    const { session } = bench.newSession(account);
    const { credentialsChangedAt } = account;
    return bench.world.sessions.start({ session, pair: testPair(session), credentialsChangedAt, event: bench.event() });
  };
  const isFulfilled = <T>(outcome: PromiseSettledResult<T>) => outcome.status === 'fulfilled';

  it('F32 20 sign-ins at once on one account, half of all writes being refused, at most 1 % fail', async () => {
    const outcomes: PromiseSettledResult<boolean>[] = [];
    for (let round = 0; round < 5; round++) {
      const account = await bench.addAccount();
      const some = await withConflicts(bench.database.client, () => atOnce(20, () => start(account)));
      expect(await bench.world.sessions.list(account.sub)).toHaveLength(some.filter(isFulfilled).length);
      outcomes.push(...some);
    }
    const failed = outcomes.filter(({ status }) => status === 'rejected');
    expect(failed.length).toBeLessThanOrEqual(1);
    for (const outcome of failed) expect(outcome).toMatchObject({ reason: { code: 'unavailable', status: 503 } });
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled' && !outcome.value)).toEqual([]);
  });

  it('F32 20 attempts at once are counted once each, half of all writes being refused', async () => {
    const decision = limitFor('registrationPerAddress', { ip: '198.51.100.99' });
    const outcomes = await withConflicts(bench.database.client, () =>
      atOnce(20, () => bench.world.limits.consume(decision)),
    );
    expect(outcomes.filter((outcome) => outcome.status === 'fulfilled' && !outcome.value.admitted)).toEqual([]);
    const done = outcomes.filter(isFulfilled).length;
    expect(done).toBeGreaterThanOrEqual(19);
    const items = await bench.database.items('Limits');
    const item = items.find(({ key }) => key === `${decision.limit}#${decision.key}`) ?? {};
    const counts = Object.entries(item).flatMap(([name, count]) => (/^w\d/.test(name) ? [Number(count)] : []));
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(done);
  });

  it('F32 20 sign-ins at once on one account pass, whatever conflicts the table makes of its own', async () => {
    const account = await bench.addAccount();
    const outcomes: PromiseSettledResult<boolean>[] = [];
    const calls = await countCalls(bench.database.client, async () => {
      outcomes.push(...(await atOnce(20, () => start(account))));
    });
    expect(outcomes.every((outcome) => outcome.status === 'fulfilled' && outcome.value)).toBe(true);
    expect(calls.length).toBeGreaterThanOrEqual(20);
  });
});

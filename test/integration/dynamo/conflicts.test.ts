import { randomUUID } from 'node:crypto';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { ordinaryLimits } from '../../../lambdas/contract/limits.ts';
import type { Account } from '../../../lambdas/core/accounts/account.ts';
import { limitFor } from '../../../lambdas/core/limits/limitSubjects.ts';
import type { StartOutcome } from '../../../lambdas/core/sessions/devicePair.ts';
import { signIn } from '../../../lambdas/flows/signIn/signIn.ts';
import { createLimitCounter } from '../../../lambdas/stores/limits/limitCounter.ts';
import { withConflicts } from '../../support/database/conflicts.ts';
import { countCalls } from '../../support/database/countCalls.ts';
import { storeContract } from '../../support/worlds/storeContract.ts';
import { from, testPair } from '../../support/worlds/world.ts';

/** Does every write and loses the answer of its first attempt, so that the client sends it again. */
async function withLostAnswers<T>(client: DynamoDBDocumentClient, run: () => Promise<T>): Promise<T> {
  const name = 'loseAnswers';
  const lost = new WeakSet<object>();
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const answer = await next(args);
      if (lost.has(context)) return answer;
      lost.add(context);
      throw Object.assign(new Error('the answer was lost'), { name: 'TimeoutError' });
    },
    { step: 'finalizeRequest', priority: 'low', name },
  );
  try {
    return await run();
  } finally {
    client.middlewareStack.remove(name);
  }
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
    const outcomes: PromiseSettledResult<StartOutcome>[] = [];
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

  it('F32 20 whole sign-ins at once on one account, half of all writes being refused, at most 1 % fail', async () => {
    const { world, database } = bench;
    // Attempts are counted until they have turned out well: 20 at once are more than the ordinary limit.
    const signInPerAccount = { ...ordinaryLimits.signInPerAccount, freeAttempts: 100 };
    const limits = { ...ordinaryLimits, signInPerAccount };
    const deps = {
      ...world,
      limits: createLimitCounter({
        client: database.client,
        table: database.tables.Limits,
        limits,
        clock: world.clock,
      }),
      hasher: { verify: async () => true },
      rehash: async () => {},
      refreshKeys: world.macKeys,
      credentialKeys: world.macKeys,
      endPreviousSessions: async () => [],
      limitSessions: async () => async () => {},
    };
    const outcomes: PromiseSettledResult<unknown>[] = [];
    for (let round = 1; round <= 5; round++) {
      const { email } = await bench.addAccount();
      let clients = 0;
      const one = () => {
        const source = { ...from, ip: `203.0.113.${++clients}` };
        const request = { email, password: 'right', deviceToken: undefined, delivery: { by: 'body' } } as const;
        return signIn(deps, { ...request, from: source });
      };
      outcomes.push(...(await withConflicts(database.client, () => atOnce(20, one))));
    }
    const failed = outcomes.filter(({ status }) => status === 'rejected');
    for (const outcome of failed) expect(outcome).toMatchObject({ reason: { code: 'unavailable', status: 503 } });
    expect(failed.length).toBeLessThanOrEqual(1);
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

  it.each(['registrationPerAddress', 'signInPerAddress', 'stepUpPerSession'] as const)(
    'an attempt of %s whose answer is lost is counted once, and admitted',
    async (limit) => {
      const decision = { limit, key: randomUUID() };
      const { world, database } = bench;
      for (let attempt = 1; attempt <= 3; attempt++) {
        const { admitted } = await withLostAnswers(database.client, () => world.limits.consume(decision));
        expect(admitted).toBe(true);
      }
      const item = (await database.items('Limits')).find(({ key }) => key === `${limit}#${decision.key}`) ?? {};
      const counts = Object.entries(item).flatMap(([name, n]) => (/^(w\d+|attempts)$/.test(name) ? [Number(n)] : []));
      expect(counts).toEqual([3]);
    },
  );

  it('F32 20 sign-ins at once on one account pass, whatever conflicts the table makes of its own', async () => {
    const account = await bench.addAccount();
    const outcomes: PromiseSettledResult<StartOutcome>[] = [];
    const calls = await countCalls(bench.database.client, async () => {
      outcomes.push(...(await atOnce(20, () => start(account))));
    });
    expect(outcomes.every((outcome) => outcome.status === 'fulfilled' && outcome.value)).toBe(true);
    expect(calls.length).toBeGreaterThanOrEqual(20);
  });
});

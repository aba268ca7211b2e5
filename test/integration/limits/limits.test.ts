import { randomUUID } from 'node:crypto';
import { GetCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import type { LimitName } from '../../../lambdas/contract/limits.ts';
import { ordinaryLimits } from '../../../lambdas/contract/limits.ts';
import type { LimitOutcome, LimitReceipt } from '../../../lambdas/core/limits/limitDecision.ts';
import { createLimitCounter } from '../../../lambdas/stores/limits/limitCounter.ts';
import { createLimitRefunds } from '../../../lambdas/stores/limits/limitRefunds.ts';
import { createDatabase, type TestDatabase } from '../../support/database/dynamodb.ts';
import { databaseEndpoints } from '../../support/database/endpoints.ts';
import { memoryLimits } from '../../support/fakes/memoryLimits.ts';
import { manualClock } from '../../support/worlds/world.ts';

describe.each(databaseEndpoints())('limits on $name', ({ endpoint }) => {
  let database: TestDatabase;
  const sent: string[] = [];

  beforeAll(async () => {
    database = await createDatabase(endpoint);
    database.client.middlewareStack.add(
      (next, { commandName }) =>
        (args) => {
          sent.push(String(commandName));
          return next(args);
        },
      { step: 'finalizeRequest', name: 'countRequests' },
    );
  });

  /** The start of a window of fifteen minutes, and of one of an hour. */
  const startMs = 3_600_000 * 500_000;

  function open(limits = ordinaryLimits) {
    const clock = manualClock(startMs);
    const table = database.tables.Limits;
    const key = randomUUID();
    const { consume } = createLimitCounter({ client: database.client, table, limits, clock });
    return {
      clock,
      key,
      consume: (limit: LimitName, whose = key) => consume({ limit, key: whose }),
      refund: (receipts: readonly LimitReceipt[]) =>
        createLimitRefunds({ client: database.client, table }).refund(receipts),
      item: async (limit: LimitName) =>
        (await database.client.send(new GetCommand({ TableName: table, Key: { key: `${limit}#${key}` } }))).Item,
    };
  }

  const admitted = (outcomes: readonly LimitOutcome[]) => outcomes.filter((outcome) => outcome.admitted).length;

  it.each(['signInPerAccountAndAddress', 'signInPerAccount'] as const)(
    '%s admits of 100 at once exactly as many as it allows, at one write each',
    async (limit) => {
      const { consume } = open();
      sent.length = 0;
      expect(admitted(await Promise.all(Array.from({ length: 100 }, () => consume(limit))))).toBe(10);
      expect(sent).toEqual(Array(100).fill('UpdateItemCommand'));
    },
  );

  it('decides as the rule says, over many windows, at one write each', async () => {
    const limits = { ...ordinaryLimits, signInPerAddress: { windowSeconds: 60, maximum: 7 } };
    const { consume, clock, key } = open(limits);
    const rule = memoryLimits({ clock, limits });
    const random = (bound: number) => Math.floor(Math.random() * bound);
    sent.length = 0;
    for (let round = 0; round < 60; round++) {
      for (const limit of ['signInPerAddress', 'signInPerAccount'] as const) {
        const [found, expected] = [await consume(limit), await rule.consume({ limit, key })];
        expect(found.admitted, `round ${round}`).toBe(expected.admitted);
      }
      clock.advance(random(4) === 0 ? random(200_000) : random(8_000));
    }
    expect(sent).toHaveLength(120);
  });

  it('tells from the refusal alone when the next one is admitted', async () => {
    const { consume, clock } = open();
    clock.advance(60_000);
    for (let index = 0; index < 10; index++) await consume('signInPerAccountAndAddress');
    sent.length = 0;
    const refused = await consume('signInPerAccountAndAddress');
    expect(refused).toEqual({
      admitted: false,
      refusal: { limit: 'signInPerAccountAndAddress', quota: 10, windowSeconds: 900, retryAfterSeconds: 841 },
    });
    expect(sent).toHaveLength(1);
    clock.advance(840_000);
    expect(await consume('signInPerAccountAndAddress')).toMatchObject({ admitted: false });
    clock.advance(1000);
    expect(await consume('signInPerAccountAndAddress')).toMatchObject({ admitted: true });
  });

  it('L03 lets an account be tried ever slower, a hundred times at most', async () => {
    const { consume, clock } = open();
    let tries = 0;
    for (let steps = 0; steps < 300; steps++) {
      const outcome = await consume('signInPerAccount');
      if (outcome.admitted) tries++;
      else if (tries === 10) expect(outcome.refusal).toMatchObject({ retryAfterSeconds: 60, windowSeconds: undefined });
      if (!outcome.admitted) clock.advance(outcome.refusal.retryAfterSeconds * 1000);
    }
    expect(tries).toBe(100);
  }, 120_000);

  it('gives back a success', async () => {
    const { consume, refund, clock } = open();
    const receipts: LimitReceipt[] = [];
    const fill = async (limit: LimitName, times: number) => {
      for (let index = 0; index < times; index++) {
        const outcome = await consume(limit);
        if (outcome.admitted) receipts.push(outcome.receipt);
      }
    };
    await fill('signInPerAccountAndAddress', 10);
    await fill('signInPerAccount', 10);
    await fill('signInPerDevice', 10);
    await refund([...receipts.slice(9, 11), ...receipts.slice(20, 21)]);
    expect(admitted([await consume('signInPerAccountAndAddress'), await consume('signInPerAccountAndAddress')])).toBe(
      1,
    );
    const atOnce = async (limit: LimitName) =>
      admitted(await Promise.all(Array.from({ length: 20 }, () => consume(limit))));
    expect(await atOnce('signInPerAccount'), 'the success’s own, and none before it').toBe(1);
    expect(await atOnce('signInPerDevice')).toBe(10);
    clock.advance(900_000 * 3);
    await refund(receipts);
    expect(admitted(await Promise.all(Array.from({ length: 20 }, () => consume('signInPerAccountAndAddress'))))).toBe(
      10,
    );
  });

  it('keeps each key of each limit apart', async () => {
    const { consume } = open();
    for (let index = 0; index < 10; index++) await consume('signInPerAccountAndAddress');
    expect(await consume('signInPerAccountAndAddress', randomUUID())).toMatchObject({ admitted: true });
    expect(await consume('signInPerAccount')).toMatchObject({ admitted: true });
  });

  it('leaves an item that ends with its windows', async () => {
    const { consume, clock, item } = open();
    for (let window = 0; window < 20; window++) {
      await consume('signInPerAccountAndAddress');
      clock.advance(900_000);
    }
    const last = Math.floor(clock() / 900_000) - 1;
    expect(await item('signInPerAccountAndAddress')).toEqual({
      key: expect.any(String),
      last_count: expect.any(String),
      [`w${last}`]: 1,
      [`w${last - 1}`]: 1,
      ttl: (last + 2) * 900,
    });
    await consume('signInPerAccount');
    const now = Math.floor(clock() / 1000);
    expect(await item('signInPerAccount')).toEqual({
      key: expect.any(String),
      attempts: 1,
      last_count: expect.any(String),
      last_at: now,
      ttl: now + 400 * 86_400,
    });
  });

  it('F29 admits nobody when the table does not answer', async () => {
    const clock = manualClock(startMs);
    const missing = createLimitCounter({
      client: database.client,
      table: 'no-such-table',
      limits: ordinaryLimits,
      clock,
    });
    await expect(missing.consume({ limit: 'signInPerAddress', key: 'k' })).rejects.toMatchObject({
      code: 'unavailable',
      retryAfterSeconds: 1,
    });
  });
});

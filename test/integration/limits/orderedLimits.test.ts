import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { ordinaryLimits } from '../../../lambdas/contract/limits.ts';
import type { LimitDecision } from '../../../lambdas/core/limits/limitDecision.ts';
import { roundTrips } from '../../support/database/roundTrips.ts';
import { storeContract } from '../../support/worlds/storeContract.ts';

storeContract('limits that are asked together', (bench) => {
  const { clock } = bench;
  const window = (key: string = randomUUID()): LimitDecision => ({ limit: 'signInPerAccountAndAddress', key });
  const streak = (key: string = randomUUID()): LimitDecision => ({ limit: 'signInPerAccount', key });
  const { maximum } = ordinaryLimits.signInPerAccountAndAddress;

  const itemOf = async ({ limit, key }: LimitDecision) =>
    (await bench.database.items('Limits')).find((item) => item['key'] === `${limit}#${key}`);
  const fill = async (decision: LimitDecision, times: number) => {
    for (let time = 0; time < times; time++) await bench.world.limits.consume(decision);
  };
  const streakOf = async (decision: LimitDecision) => {
    const item = await itemOf(decision);
    return { attempts: item?.['attempts'], last_at: item?.['last_at'] };
  };
  const now = () => Math.floor(clock() / 1000);

  it('count once each, in one round trip', async () => {
    const asked = [window(), streak()];
    const trips = await roundTrips(async () => {
      expect(await bench.world.limits.consumeInOrder(asked)).toMatchObject({ receipts: asked, refusal: undefined });
    });
    expect(trips).toEqual({ calls: ['UpdateItem', 'UpdateItem'], sequential: 1 });
    expect(await streakOf(asked[1] ?? streak())).toEqual({ attempts: 1, last_at: now() });
  });

  it('leave nothing of the later one where the first has no room, the time of the last attempt neither', async () => {
    const [full, other] = [window(), streak()];
    await fill(other, 3);
    const before = await streakOf(other);
    await fill(full, maximum);
    clock.advance(5000);
    const { receipts, refusal } = await bench.world.limits.consumeInOrder([full, other]);
    expect([receipts, refusal?.limit]).toEqual([[], 'signInPerAccountAndAddress']);
    expect(await streakOf(other)).toEqual(before);
    const fresh = streak();
    await bench.world.limits.consumeInOrder([full, fresh]);
    expect(await streakOf(fresh)).toEqual({ attempts: 0, last_at: undefined });
  });

  it('keep the count of the first where the later one has no room', async () => {
    const [first, full] = [window(), streak()];
    await fill(full, ordinaryLimits.signInPerAccount.freeAttempts);
    const { receipts, refusal } = await bench.world.limits.consumeInOrder([first, full]);
    expect([receipts, refusal?.limit]).toEqual([[expect.objectContaining(first)], 'signInPerAccount']);
    const counted = Object.entries((await itemOf(first)) ?? {}).filter(([name]) => /^w\d+$/.test(name));
    expect(counted.map(([, count]) => count)).toEqual([1]);
  });

  it('give an attempt back without the time of another that came in between', async () => {
    const one = streak();
    await fill(one, 2);
    clock.advance(5000);
    const { receipts } = await bench.world.limits.consumeInOrder([one]);
    clock.advance(5000);
    await fill(one, 1);
    await bench.world.limits.giveBack(receipts);
    expect(await streakOf(one)).toEqual({ attempts: 3, last_at: now() });
  });

  it('give back one attempt of a streak that a success would end', async () => {
    const one: LimitDecision = { limit: 'signInPerDevice', key: randomUUID() };
    await fill(one, 4);
    const { receipts } = await bench.world.limits.consumeInOrder([one]);
    await bench.world.limits.giveBack(receipts);
    expect((await streakOf(one)).attempts).toBe(4);
  });

  it('L03 admit of fifty at once as many as the first has room for, and count no more of the second', async () => {
    const [first, second] = [window(), streak()];
    const at = Array.from({ length: 50 }, () => bench.world.limits.consumeInOrder([first, second]));
    const admitted = (await Promise.all(at)).filter(({ refusal }) => !refusal).length;
    expect(admitted).toBeLessThanOrEqual(maximum);
    expect((await streakOf(second)).attempts).toBe(admitted);
  });
});

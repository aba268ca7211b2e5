import { beforeEach, describe, expect, it, vi } from 'vitest';
import { budgets, untilDone } from '../../../../lambdas/core/common/untilDone.ts';
import { lambdas } from '../../../../lambdas/manifest/lambdas.ts';
import { inFakeTime } from '../../../support/fakes/fakeTime.ts';

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

/** Something that takes so long at each try, and is done at one of them. */
function taking(ms: number, doneAt = Number.POSITIVE_INFINITY) {
  const begun: number[] = [];
  const attempt = async () => {
    begun.push(performance.now());
    await sleep(ms);
    return begun.length >= doneAt ? begun.length : undefined;
  };
  return { begun, attempt };
}

describe.each(Object.entries(budgets))('F32 the budget %s', (_, budget) => {
  it.each([0, 10, 100, 400, 900, 1800])('holds when a try takes %d ms', async (ms) => {
    const { attempt, begun } = taking(ms);
    const { outcome, ms: took } = await inFakeTime(() => untilDone(budget, attempt));
    expect(outcome).toEqual({ status: 'fulfilled', value: undefined });
    expect(took).toBeLessThanOrEqual(budget.ms);
    expect(begun.length).toBeLessThanOrEqual(budget.tries);
    if (ms <= 10) expect(begun.length).toBeGreaterThanOrEqual(5);
  });

  it('lets the first try take longer, and is over then', async () => {
    const { attempt, begun } = taking(budget.ms + 1000);
    await inFakeTime(() => untilDone(budget, attempt));
    expect(begun).toHaveLength(1);
  });
});

it('F32 a try that takes longer than those before it is ended with the budget', async () => {
  const attempt = (signal: AbortSignal | undefined) =>
    new Promise<undefined>((resolve, reject) => {
      if (!signal) resolve(undefined);
      signal?.addEventListener('abort', () => reject(new Error('ended')));
    });
  const { outcome, ms } = await inFakeTime(() => untilDone({ ms: 500, tries: 2 }, attempt));
  expect(outcome).toMatchObject({ status: 'rejected', reason: { message: 'ended' } });
  expect(ms).toBe(500);
});

it('says what the try that is done says', async () => {
  const { outcome } = await inFakeTime(() => untilDone(budgets.write, taking(1, 3).attempt));
  expect(outcome).toEqual({ status: 'fulfilled', value: 3 });
});

it('F32 those that met once pause for different times', async () => {
  const seconds = await Promise.all(
    Array.from({ length: 10 }, async () => {
      const { attempt, begun } = taking(0, 2);
      await inFakeTime(() => untilDone(budgets.write, attempt));
      return (begun[1] ?? 0) - (begun[0] ?? 0);
    }),
  );
  expect(new Set(seconds).size).toBeGreaterThan(1);
});

it('F32 a loop within a loop within a loop ends before any request is timed out', () => {
  const { write, transaction, flow, endings } = budgets;
  const longestMs = Math.max(flow.ms + transaction.ms + write.ms, endings.ms + flow.ms + write.ms + endings.ms);
  const timeouts = Object.values(lambdas).flatMap(({ trigger, timeoutSeconds }) =>
    trigger.by === 'http' ? [timeoutSeconds] : [],
  );
  expect(timeouts.length).toBeGreaterThan(5);
  // API Gateway waits for 29 s.
  expect(longestMs).toBeLessThan(Math.min(29, ...timeouts) * 1000);
});

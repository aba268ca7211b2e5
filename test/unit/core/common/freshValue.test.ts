import { describe, expect, it } from 'vitest';
import { createFreshValue } from '../../../../lambdas/core/common/freshValue.ts';

function world(freshForMs = 100, usableForMs = 1000) {
  let nowMs = 1_000_000;
  let loads = 0;
  let fails = false;
  let gate: Promise<void> = Promise.resolve();
  const value = createFreshValue({
    clock: () => nowMs,
    freshForMs,
    usableForMs,
    retryAfterMs: 50,
    load: async () => {
      loads += 1;
      const own = loads;
      await gate;
      if (fails) throw new Error('source down');
      return own;
    },
  });
  return {
    value,
    loads: () => loads,
    advance: (ms: number) => {
      nowMs += ms;
    },
    fail: (does: boolean) => {
      fails = does;
    },
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return resolve;
    },
  };
}

describe('a fresh value', () => {
  it('is loaded once for all who ask at once', async () => {
    const { value, loads, advance } = world();
    expect(await Promise.all([value.get(), value.get(), value.get()])).toEqual([1, 1, 1]);
    advance(99);
    expect(await value.get()).toBe(1);
    advance(1);
    expect(await Promise.all([value.get(), value.get()])).toEqual([2, 2]);
    expect(loads()).toBe(2);
  });

  it('is as old as the start of its load', async () => {
    const { value, loads, advance, hold } = world();
    const release = hold();
    const first = value.get();
    advance(99);
    release();
    await first;
    advance(1);
    await value.get();
    expect(loads()).toBe(2);
  });

  it('serves an older copy while its source is down, until that is too old', async () => {
    const { value, loads, advance, fail } = world();
    await value.get();
    fail(true);
    advance(500);
    expect(await value.get()).toBe(1);
    advance(49);
    expect(await value.get()).toBe(1);
    expect(loads()).toBe(2);
    advance(1);
    expect(await value.get()).toBe(1);
    expect(loads()).toBe(3);
    advance(450);
    await expect(value.get()).rejects.toMatchObject({ code: 'unavailable' });
    fail(false);
    expect(await value.get()).toBe(5);
  });

  it('is unavailable when the first load fails', async () => {
    const { value, fail } = world();
    fail(true);
    await expect(value.get()).rejects.toMatchObject({ code: 'unavailable', status: 503 });
  });

  it('is renewed on demand, but not more often than it may', async () => {
    const { value, loads, advance } = world(10_000, 20_000);
    await value.get();
    expect(await value.renewAtMostEvery(1000)).toBe(2);
    expect(await value.renewAtMostEvery(1000)).toBe(2);
    advance(1000);
    expect(await value.renewAtMostEvery(1000)).toBe(3);
    expect(loads()).toBe(3);
  });

  it('says so when a renewal on demand fails', async () => {
    const { value, fail } = world(10_000, 20_000);
    await value.get();
    fail(true);
    await expect(value.renewAtMostEvery(1000)).rejects.toMatchObject({ code: 'unavailable' });
    expect(await value.get()).toBe(1);
  });

  it('is loaded again when the clock was set back', async () => {
    const { value, loads, advance } = world();
    await value.get();
    advance(-5000);
    await value.get();
    expect(loads()).toBe(2);
  });
});

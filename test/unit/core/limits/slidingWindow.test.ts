import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAdmitted, windowIndex, windowRetryAfter } from '../../../../lambdas/core/limits/slidingWindow.ts';

const limit = { windowSeconds: 60, maximum: 10 };
/** The start of a window. */
const startMs = 60_000 * 30_000_000;

/** Counts what is admitted as the store would, from one instant to the next. */
function counter({ windowSeconds, maximum } = limit) {
  const counted = new Map<number, number>();
  const countsAt = (nowMs: number) => {
    const index = windowIndex({ windowSeconds, maximum }, nowMs);
    return { index, previous: counted.get(index - 1) ?? 0, current: counted.get(index) ?? 0 };
  };
  return {
    countsAt,
    attempt(nowMs: number): boolean {
      const { index, ...counts } = countsAt(nowMs);
      const admitted = isAdmitted({ windowSeconds, maximum }, counts, nowMs);
      if (admitted) counted.set(index, counts.current + 1);
      return admitted;
    },
  };
}

describe('a sliding window', () => {
  it('admits as many as it allows', () => {
    const { attempt } = counter();
    expect(Array.from({ length: 20 }, () => attempt(startMs)).filter(Boolean)).toHaveLength(10);
  });

  it('counts of the window before what it still covers', () => {
    const full = { previous: 10, current: 0 };
    expect(isAdmitted(limit, full, startMs)).toBe(false);
    const admittedAt = (elapsedMs: number) =>
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].filter((current) =>
        isAdmitted(limit, { previous: 10, current }, startMs + elapsedMs),
      ).length;
    expect([6_000, 30_000, 54_000, 59_999].map(admittedAt)).toEqual([1, 5, 9, 10]);
  });

  it('forgets a window that lies two windows back', () => {
    const { attempt } = counter();
    for (let index = 0; index < 10; index++) attempt(startMs + 59_000);
    expect(attempt(startMs + 60_000)).toBe(false);
    expect(Array.from({ length: 20 }, () => attempt(startMs + 120_000)).filter(Boolean)).toHaveLength(10);
  });

  it('has no room for a count that a higher limit has left', () => {
    expect(isAdmitted(limit, { previous: 11, current: 0 }, startMs + 59_000)).toBe(false);
    expect(isAdmitted(limit, { previous: 0, current: 11 }, startMs + 59_000)).toBe(false);
  });

  const anyLimit = fc.record({
    windowSeconds: fc.integer({ min: 1, max: 4000 }),
    maximum: fc.integer({ min: 1, max: 300 }),
  });

  it('admits what the rule says, less a 32nd at most', () => {
    fc.assert(
      fc.property(
        anyLimit,
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        fc.nat(300),
        fc.nat(300),
        (any, share, previous, current) => {
          const nowMs = any.windowSeconds * 1000 * 1_000_000 + Math.floor(share * any.windowSeconds * 1000);
          const elapsed = (nowMs % (any.windowSeconds * 1000)) / (any.windowSeconds * 1000);
          fc.pre(previous <= any.maximum);
          const weight = current + previous * (1 - elapsed);
          if (isAdmitted(any, { previous, current }, nowMs)) expect(weight).toBeLessThan(any.maximum);
          else expect(weight).toBeGreaterThanOrEqual(any.maximum - Math.ceil(any.maximum / 32));
        },
      ),
    );
  });

  it('says to the second when it will admit the next one', () => {
    fc.assert(
      fc.property(anyLimit, fc.array(fc.nat(3_000_000), { minLength: 1, maxLength: 400 }), (any, offsets) => {
        const { attempt, countsAt } = counter(any);
        for (const offset of offsets.toSorted((a, b) => a - b)) {
          const nowMs = startMs + offset;
          if (attempt(nowMs)) continue;
          const seconds = windowRetryAfter(any, countsAt(nowMs), nowMs);
          expect(seconds).toBeGreaterThanOrEqual(1);
          const admitted = (atMs: number) => isAdmitted(any, countsAt(atMs), atMs);
          expect(admitted(nowMs + seconds * 1000)).toBe(true);
          if (seconds > 1) expect(admitted(nowMs + (seconds - 1) * 1000)).toBe(false);
        }
      }),
    );
  });
});

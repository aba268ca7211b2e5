import { describe, expect, it } from 'vitest';
import { rotationMarks, rotationRetryAfter } from '../../../../lambdas/core/limits/rotationMarks.ts';

const windowSeconds = 60;

/** A session's item, as the rule reads and writes it. */
function rotating(maximum: number) {
  const item = new Map<string, number>();
  const rotations: number[] = [];
  return {
    item,
    rotations,
    /** @returns whether there was room */
    rotate(nowMs: number): boolean {
      const { looked, kept } = rotationMarks({ maximum }, rotations.length + 1);
      const atMs = looked && item.get(JSON.stringify(looked));
      if (atMs !== undefined && atMs > nowMs - windowSeconds * 1000) return false;
      if (kept) item.set(JSON.stringify(kept), nowMs);
      rotations.push(nowMs);
      return true;
    },
  };
}

/** The same numbers every time. */
function random(seed: number) {
  let state = seed;
  return () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
}

describe.each([1, 2, 15, 16, 17, 60, 100, 1000])('at most %i rotations of a session in a window', (maximum) => {
  it('are exactly as many at once', () => {
    const { rotate } = rotating(maximum);
    const passed = Array.from({ length: 2 * maximum + 2 }, () => rotate(1_000_000)).filter((did) => did);
    expect(passed).toHaveLength(maximum);
  });

  it('are never more in any window, and a sixteenth fewer at most', () => {
    const next = random(maximum);
    const { rotate, rotations } = rotating(maximum);
    let nowMs = 1_000_000;
    let most = 0;
    for (let attempt = 0; attempt < 6 * maximum + 300; attempt++) {
      nowMs += Math.floor(next() * next() * (60_000 / maximum) * 2);
      rotate(nowMs);
      most = Math.max(most, rotations.filter((atMs) => atMs > nowMs - windowSeconds * 1000).length);
    }
    expect(most).toBeLessThanOrEqual(maximum);
    expect(most).toBeGreaterThan(maximum - maximum / 16 - 1);
  });

  it('leave sixteen instants in the item at most', () => {
    const { rotate, item } = rotating(maximum);
    for (let attempt = 0; attempt < 4 * maximum + 40; attempt++) rotate(1_000_000 + attempt * 60_000);
    expect(item.size).toBeLessThanOrEqual(16);
  });
});

it('a session that the release before has rotated, and that keeps no instant, has room for as many', () => {
  const limit = { maximum: 60 };
  const first = 501;
  const kept = new Set<string>();
  const passes = (generation: number) => {
    const marks = rotationMarks(limit, generation);
    const has = marks.looked === undefined || !kept.has(JSON.stringify(marks.looked));
    if (has && marks.kept) kept.add(JSON.stringify(marks.kept));
    return has;
  };
  const passed = Array.from({ length: 100 }, (_, index) => passes(first + index));
  expect(passed.indexOf(false)).toBe(60);
});

it('a limit that was changed looks at no instant of the one before', () => {
  const placesOf = (maximum: number) =>
    Array.from({ length: 200 }, (_, generation) => JSON.stringify(rotationMarks({ maximum }, generation).kept));
  const before = new Set(placesOf(60).filter((place) => place !== undefined));
  expect(placesOf(100).filter((place) => before.has(place))).toEqual([]);
});

it('says how long until the instant has left the window, and a second at least', () => {
  const limit = { maximum: 60, windowSeconds };
  expect(rotationRetryAfter(limit, 100_000, 100_000)).toBe(60);
  expect(rotationRetryAfter(limit, 100_000, 130_500)).toBe(30);
  expect(rotationRetryAfter(limit, 100_000, 159_999)).toBe(1);
});

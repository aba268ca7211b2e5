import { describe, expect, it } from 'vitest';
import { ordinaryLimits } from '../../../../lambdas/contract/limits.ts';
import { continuesStreak, streakRetryAfter } from '../../../../lambdas/core/limits/attemptStreak.ts';

const limit = ordinaryLimits.signInPerAccount;
const now = 1_800_000_000;

/** An attacker who tries as soon as they are let, for as long as anything is to be had. */
function persistent() {
  const times: number[] = [];
  let at = now;
  for (;;) {
    const streak = { attempts: times.length, lastAt: times.at(-1) ?? 0 };
    if (times.length > 0 && !continuesStreak(limit, streak, at)) {
      const wait = streakRetryAfter(limit, streak, at);
      if (!continuesStreak(limit, streak, at + wait)) return { times, wait };
      if (continuesStreak(limit, streak, at + wait - 1)) throw new Error('was let in sooner than told');
      at += wait;
    }
    times.push(at);
  }
}

describe('attempts in a row', () => {
  it('L03 slow down to a hundred in all', () => {
    const { times } = persistent();
    expect(times).toHaveLength(100);
    expect(times.filter((at) => at === now)).toHaveLength(10);
    const pauses = times.map((at, index) => at - (times[index - 1] ?? at));
    expect([pauses[10], pauses[19], pauses[20], pauses[49], pauses[50], pauses[99]]).toEqual([
      60, 60, 300, 300, 900, 900,
    ]);
  });

  it('end there: a year later there is no further one', () => {
    expect(continuesStreak(limit, { attempts: 100, lastAt: now }, now + 365 * 86_400)).toBe(false);
    expect(streakRetryAfter(limit, { attempts: 100, lastAt: now }, now + 365 * 86_400)).toBe(86_400);
  });

  it('wait at least a second', () => {
    expect(streakRetryAfter(limit, { attempts: 10, lastAt: now - 60 }, now)).toBe(1);
  });
});

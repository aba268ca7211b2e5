import { describe, expect, it } from 'vitest';
import { inRounds, leastRounds } from '../../../bench/common/rounds.ts';

/** Contestants that note their turns; each figure is the number of the turn. */
function noting(...names: readonly string[]) {
  const turns: string[] = [];
  const contestants = names.map((name) => ({ name, measure: () => turns.push(name) }));
  return { turns, contestants };
}

describe('rounds of a bench', () => {
  it('measure everybody once in each', async () => {
    const { contestants, turns } = noting('a', 'b', 'c');
    await inRounds(contestants);
    const rounds = Array.from({ length: leastRounds + 1 }, (_, round) => turns.slice(3 * round, 3 * round + 3));
    expect(rounds.map((round) => round.toSorted().join(''))).toEqual(rounds.map(() => 'abc'));
  });

  it('take the order from chance, anew in each', async () => {
    const { contestants, turns } = noting('a', 'b');
    let call = 0;
    await inRounds(contestants, { random: () => [0.9, 0, 0, 0][call++ % 4] ?? 0 });
    expect(turns.slice(0, 4)).toEqual(['b', 'a', 'a', 'b']);
  });

  it('do not count the first, which warms up', async () => {
    const { contestants } = noting('a');
    const figures = await inRounds(contestants);
    expect(figures.get('a')).toEqual(Array.from({ length: leastRounds }, (_, round) => round + 2));
  });

  it('are 10 at least', async () => {
    await expect(inRounds([], { rounds: leastRounds - 1 })).rejects.toThrow('of 10 at least');
    expect(leastRounds).toBe(10);
  });

  it('refuse two contestants of one name', async () => {
    await expect(inRounds(noting('a', 'a').contestants)).rejects.toThrow('one name');
  });
});

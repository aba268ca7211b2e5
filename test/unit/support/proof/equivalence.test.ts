import { describe, expect, it } from 'vitest';
import { compareTimes, medianInterval } from '../../../support/proof/equivalence.ts';

/** Around a middle, with what a busy machine adds now and then. */
const noisy = (middle: number) => async () => middle + Math.random() + (Math.random() < 0.2 ? 30 * Math.random() : 0);

describe('the comparison of times', () => {
  const things = [
    { name: 'first', time: noisy(20) },
    { name: 'as long', time: noisy(20) },
    { name: 'longer', time: noisy(23) },
    { name: 'shorter', time: noisy(2) },
  ];

  it('tells through the noise what takes another time', async () => {
    const options = { unit: noisy(20), tolerance: 0.05, mostRounds: 20_000 };
    const comparisons = await compareTimes(things, ({ time }) => time(), options);
    expect(comparisons.map(({ name, verdict }) => [name, verdict])).toEqual([
      ['as long', 'equal'],
      ['longer', 'different'],
      ['shorter', 'different'],
    ]);
  });

  it('calls nothing equal that it has not seen often enough', async () => {
    const options = { unit: noisy(20), tolerance: 0.0001, mostRounds: 40 };
    const [asLong] = await compareTimes(things.slice(0, 2), ({ time }) => time(), options);
    expect(asLong?.verdict).toBe('undecided');
  });

  it('has the median in its interval', () => {
    const sample = Array.from({ length: 101 }, (_, i) => i);
    const { low, median, high } = medianInterval(sample);
    expect(median).toBe(50);
    expect([low, high]).toEqual([33, 67]);
  });
});

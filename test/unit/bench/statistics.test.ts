import { describe, expect, it } from 'vitest';
import { ratioOf, summaryOf } from '../../../bench/common/statistics.ts';

describe('the statistics of a bench', () => {
  it('take the middle value, whatever the order', () => {
    expect(summaryOf([9, 1, 5]).median).toBe(5);
  });

  it('take the middle between the two values in the middle', () => {
    expect(summaryOf([4, 1, 3, 2]).median).toBe(2.5);
  });

  it('are moved by no single round, however disturbed', () => {
    expect(summaryOf([10, 11, 12, 13, 1e9])).toEqual({ median: 12, lowerQuartile: 11, upperQuartile: 13 });
  });

  it('leave the values in the order of the rounds', () => {
    const values = [3, 1, 2];
    summaryOf(values);
    expect(values).toEqual([3, 1, 2]);
  });

  it.each([[[]], [[1, Number.NaN]]])('refuse %j', (values) => {
    expect(() => summaryOf(values)).toThrow('no figures');
  });

  it('compare round by round: a machine that slows down in some rounds does not change a ratio', () => {
    expect(ratioOf([30, 3, 27], [10, 1, 9])).toBe(3);
  });

  it('refuse to compare rounds with others', () => {
    expect(() => ratioOf([1, 2], [1])).toThrow('the same rounds');
  });
});

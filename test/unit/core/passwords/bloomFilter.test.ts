import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bloomFilterHas, buildBloomFilter } from '../../../../lambdas/core/passwords/bloomFilter.ts';

describe('a Bloom filter', () => {
  it('has every entry, whatever it is made of', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ unit: 'binary' }), { minLength: 1, maxLength: 50 }), (entries) => {
        const filter = buildBloomFilter(new Set(entries));
        expect(entries.filter((entry) => !bloomFilterHas(filter, entry))).toEqual([]);
      }),
    );
  });

  it('of the same entries has the same bytes, 2.9 an entry', () => {
    const entries = Array.from({ length: 1000 }, (_, i) => `entry ${i}`);
    const [one, other] = [buildBloomFilter(new Set(entries)), buildBloomFilter(new Set(entries.toReversed()))];
    expect(one.equals(other)).toBe(true);
    expect(one).toHaveLength(2886);
  });
});

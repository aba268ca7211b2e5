import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { instantOf } from '../../../../lambdas/core/moving/instant.ts';

describe('an instant', () => {
  it.each<[string | number, number]>([
    [1_600_000_000, 1_600_000_000],
    [1_600_000_000.9, 1_600_000_000],
    [1_600_000_000_000, 1_600_000_000],
    ['1600000000', 1_600_000_000],
    ['1600000000000', 1_600_000_000],
    ['1600000000.25', 1_600_000_000],
    ['2020-09-13T12:26:40Z', 1_600_000_000],
    ['2020-09-13T14:26:40.999+02:00', 1_600_000_000],
    ['2020-09-13 12:26:40', 1_600_000_000],
    ['2020-09-13 12:26:40.123456', 1_600_000_000],
    ['2020-09-13 12:26:40 UTC', 1_600_000_000],
    ['2020-09-13 07:26:40-05', 1_600_000_000],
    ['2020-09-13 12:26:40+0000', 1_600_000_000],
    ['2020-09-13T12:26', 1_599_999_960],
    ['2020-09-13', 1_599_955_200],
    ['1970-01-01', 0],
    ['9999-12-31T23:59:59Z', 253_402_300_799],
  ])('%j is %d', (value, seconds) => {
    expect(instantOf(value)).toBe(seconds);
  });

  it.each([
    ['microseconds', 1_600_000_000_000_000],
    ['nanoseconds', 1_600_000_000_000_000_000],
    ['nanoseconds in text', '1600000000000000000'],
    ['what no number holds', '9'.repeat(400)],
    ['nothing', ''],
    ['zero', 0],
    ['a day as a number', 20_200_913],
    ['a year', '2020'],
    ['before 1970', '1969-12-31'],
    ['a negative number', -1],
    ['infinity', Number.POSITIVE_INFINITY],
    ['no number', Number.NaN],
    ['no day of the calendar', '2020-02-30'],
    ['no month', '2020-13-01'],
    ['no day at all, as MySQL writes it', '0000-00-00 00:00:00'],
    ['no hour', '2020-09-13 25:00:00'],
    ['a date of another country', '13/09/2020'],
    ['words', 'yesterday'],
    ['a year that RFC 3339 cannot write', '+010000-01-01T00:00:00Z'],
  ])('is not %s', (_, value) => {
    expect(instantOf(value)).toBeUndefined();
  });

  it('whatever it is read from, can be written again', () => {
    const value = fc.oneof(fc.double(), fc.string(), fc.maxSafeNat(), fc.date().map(String), fc.bigInt().map(String));
    fc.assert(
      fc.property(value, (given) => {
        const seconds = instantOf(given) ?? 0;
        expect(new Date(seconds * 1000).toISOString()).toMatch(/^\d{4}-/);
      }),
    );
  });
});

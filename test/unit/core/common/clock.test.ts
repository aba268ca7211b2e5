import { expect, it } from 'vitest';
import { rfc3339 } from '../../../../lambdas/core/common/clock.ts';

it.each([
  [1_600_000_000, '2020-09-13T12:26:40.000Z'],
  [0, '1970-01-01T00:00:00.000Z'],
  [-1, '1970-01-01T00:00:00.000Z'],
  [1.5e15, '9999-12-31T23:59:59.000Z'],
  [Number.MAX_SAFE_INTEGER, '9999-12-31T23:59:59.000Z'],
  [Number.POSITIVE_INFINITY, '9999-12-31T23:59:59.000Z'],
  [Number.NaN, '1970-01-01T00:00:00.000Z'],
])('%d is written as %s', (seconds, text) => {
  expect(rfc3339(seconds)).toBe(text);
});

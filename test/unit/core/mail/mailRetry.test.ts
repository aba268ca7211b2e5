import { expect, it } from 'vitest';
import { nextRetryAt } from '../../../../lambdas/core/mail/mailRetry.ts';

/** The instants at which a job that keeps failing is tried again, in seconds after it was made. */
function retries(lifetime: number): readonly number[] {
  const tries: number[] = [];
  for (let at = 60, count = 0; at < lifetime; count++) {
    tries.push(at);
    at = nextRetryAt({ retries: count, expiresAt: lifetime }, at);
  }
  return tries;
}

it('F33 a link is tried again until it expires', () => {
  expect(retries(600)).toEqual([60, 120, 240, 420, 510, 570]);
});

it('F33 a notice is tried again all day, every quarter of an hour in the end', () => {
  const tries = retries(86_400);
  expect(tries.slice(0, 6)).toEqual([60, 120, 240, 480, 960, 1860]);
  expect(tries.length).toBeLessThan(110);
  expect(86_400 - (tries.at(-1) ?? 0)).toBeLessThanOrEqual(120);
});

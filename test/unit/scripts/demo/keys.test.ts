import { expect, it } from 'vitest';
import { describeError } from '../../../../bin/commands/support/cliError.ts';
import { EarlyRotationError } from '../../../../lambdas/core/keys/rotationEvent.ts';
import { isTooEarly } from '../../../../scripts/demo/keys.ts';

it('the demo waits only where a rotation comes too early', () => {
  const early = new EarlyRotationError(Date.UTC(2026, 10, 1) / 1000);
  expect(isTooEarly(describeError(new Error(early.message)))).toBe(true);
  expect(isTooEarly(describeError(new Error('createSecret failed: Unhandled')))).toBe(false);
});

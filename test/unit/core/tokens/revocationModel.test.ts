import fc from 'fast-check';
import { expect, it } from 'vitest';
import { interleavings, play, presentRule, ruleBefore } from '../../../support/worlds/revocationModel.ts';

const numRuns = 1000;

it('L27 in 1,000 interleavings of sign-in, shutting out and change of roles each token is judged rightly', () => {
  fc.assert(
    fc.property(interleavings, (interleaving) => {
      expect(play(interleaving, presentRule).wrong).toEqual([]);
    }),
    { numRuns },
  );
});

it('L27 the model finds the rule of the release before out', () => {
  const accepted = fc.property(
    interleavings,
    (interleaving) => !play(interleaving, ruleBefore).wrong.includes('a dead token is accepted'),
  );
  expect(fc.check(accepted, { numRuns }).failed).toBe(true);
});

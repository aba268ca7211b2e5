import { describe, expect, it } from 'vitest';
import {
  changesOf,
  limitsSchema,
  oneMachineLimits,
  ordinaryLimits,
  withChanges,
} from '../../../lambdas/contract/limits.ts';

describe('the limits of a deployment', () => {
  it('come back from what differs of them', () => {
    expect(withChanges(changesOf(oneMachineLimits))).toEqual(oneMachineLimits);
  });

  it.each([ordinaryLimits, oneMachineLimits])('that a stage begins with are valid', (limits) => {
    expect(limitsSchema().parse(limits)).toEqual(limits);
  });

  it('that are the ordinary ones take no room', () => {
    expect(changesOf(ordinaryLimits)).toEqual({});
  });

  it('name the members that differ alone', () => {
    const { maximum, windowSeconds } = ordinaryLimits.signInPerAddress;
    const changed = { ...ordinaryLimits, signInPerAddress: { maximum: maximum + 1, windowSeconds } };
    expect(changesOf(changed)).toEqual({ signInPerAddress: { maximum: maximum + 1 } });
  });

  it.each([{ noSuchLimit: { maximum: 1 } }, { signInPerAddress: { most: 1 } }, { signInPerAddress: { maximum: 0 } }])(
    'are not read from %j',
    (changes) => {
      expect(() => withChanges(changes)).toThrow();
    },
  );
});

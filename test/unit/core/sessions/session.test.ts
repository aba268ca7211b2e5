import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newSessionId, sessionEpochOf } from '../../../../lambdas/core/sessions/session.ts';

describe('a session id', () => {
  it('carries the session epoch of its account', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 36 ** 8 - 1 }), (epoch) => {
        expect(sessionEpochOf(newSessionId(epoch))).toBe(epoch);
      }),
    );
  });

  it('has one spelling', () => {
    const random = 'A'.repeat(22);
    for (const text of ['', random, `${random}00`, `${random}A`, `${random}-1`, `${random}1.`, `${random}123456789`]) {
      expect(sessionEpochOf(text)).toBeUndefined();
    }
  });

  it('is another one each time', () => {
    expect(new Set(Array.from({ length: 1000 }, () => newSessionId(0))).size).toBe(1000);
  });
});

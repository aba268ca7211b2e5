import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseCompactJws } from '../../../../lambdas/core/tokens/strictJws.ts';
import { TokenRejected } from '../../../../lambdas/core/tokens/tokenRejected.ts';

const header = Buffer.from('{"alg":"RS256","kid":"a"}').toString('base64url');

function isTaken(payload: string): boolean {
  try {
    parseCompactJws(`${header}.${payload}.AA`);
    return true;
  } catch (error) {
    if (error instanceof TokenRejected) return false;
    throw error;
  }
}

const isCanonical = (text: string) => Buffer.from(text, 'base64url').toString('base64url') === text;

describe('a compact JWS', () => {
  it('J22 takes a part exactly if it is what its octets are written as', () => {
    const others = ['+', '/', '=', ' ', '\n', '\u0000', 'é', 'Ł', '\uff2d', '\u{1f600}'];
    const units = fc.constantFrom(...'ABCDQgwxyz0189-_', ...others);
    let taken = 0;
    fc.assert(
      fc.property(fc.string({ unit: units, maxLength: 9 }), (text) => {
        expect(isTaken(text)).toBe(isCanonical(text));
        taken += isTaken(text) ? 1 : 0;
      }),
      { numRuns: 5000 },
    );
    expect(taken).toBeGreaterThan(100);
  });

  it('J22 takes no character for the one that its low octet is', () => {
    const payload = Buffer.from('{"sub":"alice"}').toString('base64url');
    expect(isTaken(payload)).toBe(true);
    for (let at = 0; at < payload.length; at += 1) {
      const other = String.fromCharCode(payload.charCodeAt(at) + 0x100);
      expect(isTaken(payload.slice(0, at) + other + payload.slice(at + 1))).toBe(false);
    }
  });

  it.each(['', 'a', 'a.b', '.b.c', 'a.b.', 'a..', '...', 'a.b.c.d', `${header}.AA.AA.`, `${header}.AA.AA.AA`])(
    'has three parts, of which %j has not',
    (text) => {
      expect(() => parseCompactJws(text)).toThrow(TokenRejected);
    },
  );
});

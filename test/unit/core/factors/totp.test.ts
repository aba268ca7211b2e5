import { describe, expect, it } from 'vitest';
import { newTotpSecret, otpauthUrl, totpStepOf } from '../../../../lambdas/core/factors/totp.ts';

/** The ASCII text 12345678901234567890 of RFC 6238, appendix B, in base32. */
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('a code', () => {
  /** The SHA-1 column; its last six digits, since ours have six. */
  it.each([
    [59, '94287082'],
    [1111111109, '07081804'],
    [1111111111, '14050471'],
    [1234567890, '89005924'],
    [2000000000, '69279037'],
    [20000000000, '65353130'],
  ])('of second %i is that of RFC 6238, appendix B', (seconds, code) => {
    expect(totpStepOf(code.slice(-6), secret, seconds)).toBe(Math.floor(seconds / 30));
  });

  it('holds one step to either side', () => {
    const step = Math.floor(1111111109 / 30);
    const code = '081804';
    for (const [offset, expected] of [
      [-60, undefined],
      [-30, step],
      [0, step],
      [30, step],
      [60, undefined],
    ] as const) {
      expect(totpStepOf(code, secret, step * 30 + 15 + offset), `${offset} s`).toBe(expected);
    }
  });

  it('of another secret is none', () => {
    expect(totpStepOf('287082', newTotpSecret(), 59)).toBeUndefined();
  });
});

describe('a secret', () => {
  it('is 160 bits of chance', () => {
    expect(newTotpSecret()).toMatch(/^[A-Z2-7]{32}$/);
    expect(newTotpSecret()).not.toBe(newTotpSecret());
  });

  it('is told to an app with issuer and account', () => {
    const url = new URL(otpauthUrl({ secret, issuer: 'https://auth.example.com', label: 'ada+x@example.com' }));
    expect(url.protocol + url.host).toBe('otpauth:totp');
    expect(decodeURIComponent(url.pathname)).toBe('/auth.example.com:ada+x@example.com');
    expect(url.searchParams.get('secret')).toBe(secret);
    expect(url.searchParams.get('issuer')).toBe('auth.example.com');
    // What an app assumes where nothing is said.
    expect([url.searchParams.get('algorithm') ?? 'SHA1', url.searchParams.get('digits') ?? '6']).toEqual(['SHA1', '6']);
    expect(url.searchParams.get('period') ?? '30').toBe('30');
  });

  it('is told without a port', () => {
    const url = otpauthUrl({ secret, issuer: 'https://localhost:8443', label: 'ada+x%@example.com' });
    expect(url).toContain('otpauth://totp/localhost:ada%2Bx%25%40example.com?');
    expect(new URL(url).searchParams.get('issuer')).toBe('localhost');
  });
});

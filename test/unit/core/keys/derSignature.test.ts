import { generateKeyPairSync, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derSignature, joseSignature } from '../../../../lambdas/core/keys/derSignature.ts';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const half = (hex: string) => hex.padStart(64, '0');
const derOf = (r: string, s: string) =>
  Buffer.from(derSignature(Buffer.from(half(r) + half(s), 'hex'))).toString('hex');

describe('an ES256 signature as DER', () => {
  it('is as good as the one it was made of', () => {
    const data = Array.from({ length: 200 }, (_, index) => Buffer.from(`data ${index}`));
    const good = data.filter((text) => {
      const signature = sign('sha256', text, { key: privateKey, dsaEncoding: 'ieee-p1363' });
      return verify('sha256', text, publicKey, derSignature(signature));
    });
    expect(good).toHaveLength(data.length);
  });

  it.each([
    ['is as short as it can be', '01', '7f', '300602010102017f'],
    ['stays positive where the first bit is 1', '80', 'ff', '30080202008002 0200ff'.replace(' ', '')],
    ['keeps a zero, which no signature has', '00', '00', '3006020100020100'],
  ])('%s', (_, r, s, der) => {
    expect(derOf(r, s)).toBe(der);
  });

  it('is made back into r || s, whatever they begin with', () => {
    const octets = fc.oneof(fc.constantFrom(0, 1, 0x7f, 0x80, 0xff), fc.nat(255));
    fc.assert(
      fc.property(fc.array(octets, { minLength: 64, maxLength: 64 }), (signature) => {
        expect([...joseSignature(derSignature(Uint8Array.from(signature)))]).toEqual(signature);
      }),
    );
  });

  it('is r || s as Node.js itself verifies it', () => {
    const data = Array.from({ length: 200 }, (_, index) => Buffer.from(`data ${index}`));
    const good = data.filter((text) => {
      const signature = joseSignature(sign('sha256', text, privateKey));
      return verify('sha256', text, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
    });
    expect(good).toHaveLength(data.length);
  });

  it('is judged as OpenSSL judges the one it was made of, whatever that holds', () => {
    const text = Buffer.from('text');
    const octets = fc.uint8Array({ minLength: 64, maxLength: 64 });
    fc.assert(
      fc.property(octets, (signature) => {
        const asTheyAre = verify('sha256', text, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
        expect(verify('sha256', text, publicKey, derSignature(signature))).toBe(asTheyAre);
      }),
    );
  });
});

import { createHmac, createSecretKey, hkdfSync, randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { firstMacKeyRing } from '../../../../lambdas/core/keys/macKeyRing.ts';
import {
  joinPepperedHash,
  pepperPassword,
  splitPepperedHash,
} from '../../../../lambdas/core/passwords/passwordPepper.ts';

const phc = '$argon2id$v=19$m=19456,t=2,p=1$7v7QBByekw1/n1zilvhHuQ$r2XIUoRIvGY7ek8X4Q0q/87LBAIM9oq5uYZ3Q6pniz0';

describe('the pepper', () => {
  it('is an HMAC under a subkey of its own, which any other tool can make', () => {
    const bytes = randomBytes(32);
    const subkey = Buffer.from(hkdfSync('sha256', bytes, '', 'gatehouse/v1/password-pepper', 32));
    const expected = createHmac('sha256', subkey).update('a password').digest('base64url');
    expect(pepperPassword('a password', { kid: 'any', key: createSecretKey(bytes) })).toBe(expected);
  });

  it('is found again by its name in the PHC string', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{1,32}$/), (kid) => {
        const hash = joinPepperedHash(phc, kid);
        expect(splitPepperedHash(hash)).toEqual({ phc, kid });
        // The values of a PHC string have no underscore.
        expect(hash.split('$')[3]).toMatch(/^m=19456,t=2,p=1,keyid=[A-Za-z0-9+/]+$/);
      }),
    );
    for (let i = 0; i < 20; i++) {
      const { current } = firstMacKeyRing(1);
      expect(splitPepperedHash(joinPepperedHash(phc, current))?.kid).toBe(current);
    }
  });

  it('is in no other hash', () => {
    for (const hash of [phc, '', '$2b$10$abc', `imported:${joinPepperedHash(phc, 'kid')}`]) {
      expect(splitPepperedHash(hash)).toBeUndefined();
    }
  });
});

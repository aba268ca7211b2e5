import { expect, it } from 'vitest';
import { openSecret, sealSecret } from '../../../../lambdas/core/keys/sealedSecret.ts';
import { testMacKey } from '../../../support/worlds/world.ts';

const key = testMacKey();
const find = async (kid: string) => (kid === key.kid ? key : undefined);
const owner = { sub: 'somebody', id: 'factor' };

it('a secret opens for its owner alone', async () => {
  const sealed = sealSecret('JBSWY3DPEHPK3PXP', owner, key);
  expect(sealed).not.toContain('JBSWY3DPEHPK3PXP');
  expect(await openSecret(sealed, owner, find)).toBe('JBSWY3DPEHPK3PXP');
  expect(sealSecret('JBSWY3DPEHPK3PXP', owner, key)).not.toBe(sealed);
});

it('a secret that was moved or changed does not open', async () => {
  const sealed = sealSecret('JBSWY3DPEHPK3PXP', owner, key);
  await expect(openSecret(sealed, { ...owner, sub: 'another' }, find)).rejects.toThrow();
  await expect(openSecret(sealed, { ...owner, id: 'another' }, find)).rejects.toThrow();
  const parts = sealed.split('.');
  for (const index of [2, 3, 4]) {
    const part = Buffer.from(parts[index] ?? '', 'base64url');
    part[0] = (part[0] ?? 0) ^ 1;
    await expect(openSecret(parts.with(index, part.toString('base64url')).join('.'), owner, find)).rejects.toThrow();
  }
  // A shortened tag would be guessed (NIST SP 800-38D appendix C).
  await expect(openSecret(parts.with(4, 'AAAA').join('.'), owner, find)).rejects.toThrow();
});

it('a secret whose key is gone does not open', async () => {
  const sealed = sealSecret('JBSWY3DPEHPK3PXP', owner, key);
  await expect(openSecret(sealed, owner, async () => undefined)).rejects.toThrow(
    'the key of a sealed secret is missing',
  );
});

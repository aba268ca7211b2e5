import { parseOptions } from '@node-rs/argon2';
import { describe, expect, test } from 'vitest';
import { createPasswordHasher, owaspParameters } from '../../../lambdas/clients/passwordHasher.ts';

const hasher = createPasswordHasher();

describe('the password hasher', () => {
  test('makes Argon2id PHC strings of OWASP cost, each with its own salt', async () => {
    const [first, second] = await Promise.all([hasher.hash('a password'), hasher.hash('a password')]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(first).not.toBe(second);
    expect(await hasher.verify(first, 'a password')).toBe(true);
    expect(await hasher.verify(first, 'another password')).toBe(false);
  });

  test('L07 tells apart passwords that differ after 72 bytes', async () => {
    const start = 'x'.repeat(72);
    const phc = await hasher.hash(`${start}1`);
    expect(await hasher.verify(phc, `${start}2`)).toBe(false);
    expect(await hasher.verify(phc, start)).toBe(false);
    expect(await hasher.verify(phc, `${start}1`)).toBe(true);
  });

  test('takes one password in another Unicode form for the same', async () => {
    const phc = await hasher.hash('caf\u00e9 cr\u00e8me \ufb01ne');
    expect(await hasher.verify(phc, 'cafe\u0301 cre\u0300me fine')).toBe(true);
  });

  test('L01 its dummy hash has the cost and shape of a real one, and no password', async () => {
    const real = await hasher.hash('a password');
    expect(parseOptions(hasher.dummyHash)).toEqual(parseOptions(real));
    expect(hasher.dummyHash).toHaveLength(real.length);
    expect(await hasher.verify(hasher.dummyHash, '')).toBe(false);
    expect(createPasswordHasher().dummyHash).not.toBe(hasher.dummyHash);
  });

  test('a damaged hash is an error, not a wrong password', async () => {
    await expect(hasher.verify('', 'a password')).rejects.toThrow();
    await expect(hasher.verify('$2b$10$abcdefghijklmnopqrstuv', 'a password')).rejects.toThrow();
  });

  test('only a weaker hash needs another', async () => {
    const weaker = [
      { ...owaspParameters, memoryCost: 9728 },
      { ...owaspParameters, timeCost: 1 },
    ];
    for (const parameters of weaker) {
      expect(hasher.needsRehash(await createPasswordHasher(parameters).hash('a password'))).toBe(true);
    }
    expect(hasher.needsRehash(await hasher.hash('a password'))).toBe(false);
    expect(hasher.needsRehash(hasher.dummyHash.replace('t=2', 't=3'))).toBe(false);
    expect(hasher.needsRehash(hasher.dummyHash.replace('argon2id', 'argon2i'))).toBe(true);
  });
});

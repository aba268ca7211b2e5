import { parseOptions } from '@node-rs/argon2';
import { describe, expect, it, vi } from 'vitest';
import { createPasswordHasher, owaspParameters } from '../../../../lambdas/clients/passwords/passwordHasher.ts';
import { pepperPassword } from '../../../../lambdas/core/passwords/passwordPepper.ts';
import { testHasher, testMacKey, testMacKeys } from '../../../support/worlds/world.ts';

const verified = vi.hoisted((): string[] => []);

vi.mock('@node-rs/argon2', async (importOriginal) => {
  const real = await importOriginal<typeof import('@node-rs/argon2')>();
  const verify: typeof real.verify = (hash, ...rest) => {
    verified.push(String(hash));
    return real.verify(hash, ...rest);
  };
  return { ...real, verify };
});

const key = testMacKey();
const pepper = { keys: testMacKeys(key), applies: true };
const plain = { ...pepper, applies: false };

describe.each([
  { name: 'with a pepper', hasher: createPasswordHasher({ pepper }) },
  { name: 'without a pepper', hasher: createPasswordHasher({ pepper: plain }) },
])('the password hasher $name', ({ hasher }) => {
  it('makes Argon2id PHC strings of OWASP cost, each with its own salt', async () => {
    const [first, second] = await Promise.all([hasher.hash('a password'), hasher.hash('a password')]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1[,$]/);
    expect(first).not.toBe(second);
    expect(await hasher.verify(first, 'a password')).toBe(true);
    expect(await hasher.verify(first, 'another password')).toBe(false);
    expect(await hasher.needsRehash(first)).toBe(false);
  });

  it('L07 tells apart passwords that differ after 72 bytes', async () => {
    const start = 'x'.repeat(72);
    const hash = await hasher.hash(`${start}1`);
    expect(await hasher.verify(hash, `${start}2`)).toBe(false);
    expect(await hasher.verify(hash, start)).toBe(false);
    expect(await hasher.verify(hash, `${start}1`)).toBe(true);
  });

  it('takes one password in another Unicode form for the same', async () => {
    const hash = await hasher.hash('caf\u00e9 cr\u00e8me \ufb01ne');
    expect(await hasher.verify(hash, 'cafe\u0301 cre\u0300me fine')).toBe(true);
  });

  it('L01 without a hash does the work of one', async () => {
    const work = async (hash: string | undefined) => {
      verified.length = 0;
      expect(await hasher.verify(hash, 'a guess')).toBe(false);
      return verified.map((phc) => parseOptions(phc));
    };
    const real = await work(await hasher.hash('a password'));
    expect(real).toHaveLength(1);
    expect(await work(undefined)).toEqual(real);
  });

  it('a damaged hash is an error', async () => {
    await expect(hasher.verify('', 'a password')).rejects.toThrow();
    await expect(hasher.verify('$2b$10$abcdefghijklmnopqrstuv', 'a password')).rejects.toThrow();
  });

  it('only a weaker hash needs another', async () => {
    const weaker = [
      { ...owaspParameters, memoryCost: 9728 },
      { ...owaspParameters, timeCost: 1 },
    ];
    for (const parameters of weaker) {
      expect(await hasher.needsRehash(await testHasher({ parameters, pepper }).hash('a password'))).toBe(true);
    }
    const hash = await hasher.hash('a password');
    expect(await hasher.needsRehash(hash.replace('t=2', 't=3'))).toBe(false);
    expect(await hasher.needsRehash(hash.replace('argon2id', 'argon2i'))).toBe(true);
  });

  it('a hash of another system is left to what knows it', async () => {
    const foreign = { verify: async (hash: string, password: string) => `${hash}/${password}` === '$2b$x/\ufb01ne' };
    const knowing = testHasher({ pepper, foreign });
    expect(await knowing.verify('imported:$2b$x', '\ufb01ne')).toBe(true);
    expect(await knowing.verify('imported:$2b$x', 'fine')).toBe(false);
    await expect(hasher.verify('imported:$2b$x', 'a password')).rejects.toMatchObject({ code: 'unavailable' });
    expect(await hasher.needsRehash('imported:$2b$x')).toBe(true);
  });
});

describe('a pepper', () => {
  const hasher = createPasswordHasher({ pepper });

  it('is named in the hash, which is Argon2id of the keyed password', async () => {
    const hash = await hasher.hash('a password');
    expect(hash.split('$')[3]).toBe(`m=19456,t=2,p=1,keyid=${key.kid}`);
    const stripped = hash.replace(/,keyid=[^$]+/, '');
    expect(parseOptions(stripped)).toMatchObject({ memoryCost: 19456, outputLen: 32, saltLen: 16 });
    const without = createPasswordHasher({ pepper: plain });
    expect(await without.verify(stripped, pepperPassword('a password', key))).toBe(true);
    expect(await without.verify(stripped, 'a password')).toBe(false);
  });

  it('goes on to verify once it is turned off or replaced', async () => {
    const hash = await hasher.hash('a password');
    const off = createPasswordHasher({ pepper: plain });
    expect([await off.verify(hash, 'a password'), await off.needsRehash(hash)]).toEqual([true, false]);
    const newer = createPasswordHasher({ pepper: { keys: testMacKeys(testMacKey(), key), applies: true } });
    expect([await newer.verify(hash, 'a password'), await newer.needsRehash(hash)]).toEqual([true, true]);
  });

  it('is given to a hash that has none', async () => {
    const hash = await createPasswordHasher({ pepper: plain }).hash('a password');
    expect([await hasher.verify(hash, 'a password'), await hasher.needsRehash(hash)]).toEqual([true, true]);
  });

  it('whose key is lost is an error', async () => {
    const hash = await testHasher().hash('a password');
    await expect(hasher.verify(hash, 'a password')).rejects.toMatchObject({ code: 'unavailable' });
  });
});

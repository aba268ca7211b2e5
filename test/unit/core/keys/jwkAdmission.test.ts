import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { publicHalf, toPrivateJwk } from '../../../../lambdas/core/keys/jwk.ts';
import { admitKey, admitKeySet } from '../../../../lambdas/core/keys/jwkAdmission.ts';
import { readVectors } from '../../../support/wycheproof/wycheproof.ts';

const rsa = toPrivateJwk(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, 'RS256');
const ec = toPrivateJwk(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey, 'ES256');
const publicRsa = { ...publicHalf(rsa) };
const publicEc = { ...publicHalf(ec) };

const rsaOf = (modulusLength: number, publicExponent = 0x10001) => {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength, publicExponent });
  return publicHalf(toPrivateJwk(privateKey, 'RS256'));
};

describe('J30 key admission', () => {
  it('J30 admits our own public keys, with use or key_ops', () => {
    expect(admitKey(publicRsa)).toMatchObject({ kid: rsa.kid, algorithm: 'RS256', signatureLength: 256 });
    expect(admitKey(publicEc)).toMatchObject({ kid: ec.kid, algorithm: 'ES256', signatureLength: 64 });
    const { use: _, ...withoutUse } = publicRsa;
    expect(admitKey({ ...withoutUse, key_ops: ['verify'] })).toMatchObject({ kid: rsa.kid });
  });

  it.each([
    ['use enc', { use: 'enc' }],
    ['key_ops without verify', { key_ops: ['encrypt'] }],
    ['key_ops with more than verify', { key_ops: ['verify', 'sign'] }],
    ['use that contradicts key_ops', { use: 'enc', key_ops: ['verify'] }],
    ['an algorithm of another key type', { alg: 'ES256' }],
    ['another algorithm', { alg: 'RS512' }],
    ['no algorithm', { alg: undefined }],
    ['no kid', { kid: undefined }],
    ['an empty kid', { kid: '' }],
    ['another key type', { kty: 'oct' }],
    ['an even exponent', { e: 'AQAA' }],
    ['an exponent of 1', { e: 'AQ' }],
    ['an exponent of 3', { e: 'Aw' }],
    ['a padded exponent', { e: 'AAEAAQ' }],
    ['an exponent that is no base64url', { e: 'AQ==' }],
    ['a certificate', { x5c: ['MIIB'] }],
    ['a URL', { x5u: 'https://attacker.example' }],
    ['an even modulus', { n: `${'n' in rsa ? rsa.n.slice(0, -2) : ''}AA` }],
    ['a padded modulus', { n: `AA${'n' in rsa ? rsa.n.slice(2) : ''}` }],
  ])('J30 refuses %s', (_, changes) => {
    expect(admitKey({ ...publicRsa, ...changes })).toBeTypeOf('string');
  });

  it('J30 refuses RSA keys that are too short or too long', () => {
    expect(admitKey(rsaOf(1024))).toBe('1024 bits');
    expect(admitKey(rsaOf(2040))).toBe('2040 bits');
    expect(admitKey({ ...publicRsa, n: Buffer.alloc(1025, 0xff).toString('base64url') })).toBe('8200 bits');
  });

  it('J30 refuses a key with its private half', () => {
    expect(admitKey(rsa)).toBeTypeOf('string');
    expect(admitKey(ec)).toBeTypeOf('string');
    expect(admitKey({ ...publicEc, d: 'AQ' })).toBeTypeOf('string');
  });

  it.each([
    ['a point that is not on the curve', { y: Buffer.alloc(32, 1).toString('base64url') }],
    ['the point at infinity', { x: Buffer.alloc(32).toString('base64url'), y: Buffer.alloc(32).toString('base64url') }],
    ['another curve', { crv: 'P-384' }],
    ['a short coordinate', { x: 'AQ' }],
    ['no coordinate', { y: undefined }],
  ])('J30 refuses %s', (_, changes) => {
    expect(admitKey({ ...publicEc, ...changes })).toBeTypeOf('string');
  });

  it.each([null, undefined, 1, 'jwk', [], {}])('J30 refuses %j', (jwk) => {
    expect(admitKey(jwk)).toBeTypeOf('string');
  });

  it('J30 leaves out every key whose kid is not its alone', () => {
    const twin = { ...publicEc, kid: rsa.kid };
    const { keys, refused } = admitKeySet([publicRsa, twin, publicEc]);
    expect([...keys.keys()]).toEqual([ec.kid]);
    expect(refused).toEqual([
      { kid: rsa.kid, reason: 'duplicate kid' },
      { kid: rsa.kid, reason: 'duplicate kid' },
    ]);
    expect(admitKeySet([publicRsa, publicRsa]).keys.size).toBe(0);
  });
});

const groups = readVectors('json_web_key_test.json') ?? [];

describe.skipIf(groups.length === 0)('J30 the Wycheproof key vectors (skipped where they are not at hand)', () => {
  const keysOf = (set: unknown): unknown[] =>
    typeof set === 'object' && set !== null && 'keys' in set && Array.isArray(set.keys) ? set.keys : [];

  it.each(groups.map((group) => [group.comment, group] as const))('J30 %s', (comment, group) => {
    const { keys } = admitKeySet(keysOf(group.public ?? group.private));
    // The mixed set holds one sound ES256 key; of the rest only the plain RS256 key is fit.
    const isSound = group.public !== undefined && group.tests.every(({ result }) => result === 'valid');
    expect(keys.size).toBe(isSound || comment === 'jws_mixedSymmetryKeyset' ? 1 : 0);
  });

  it('J30 holds a key with the ROCA flaw, which is refused as such', () => {
    const roca = groups.find(({ comment }) => comment === 'jws_rsa_roca_key');
    expect(keysOf(roca?.public).map(admitKey)).toEqual(['ROCA']);
  });
});

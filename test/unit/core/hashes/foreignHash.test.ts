import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ForeignHashError, parseForeignHash } from '../../../../lambdas/core/hashes/foreignHash.ts';
import { readHashForm } from '../../../../lambdas/core/hashes/hashForms.ts';

const salt = 'c29tZXNhbHQ';
const key = 'CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
const keyOf64Bytes = Buffer.alloc(64, 7).toString('base64').replace(/=+$/, '');

function reasonOf(text: string): string {
  try {
    return readHashForm(text).kind;
  } catch (error) {
    if (error instanceof ForeignHashError) return error.reason;
    throw error;
  }
}

describe('the hash of another system', () => {
  it.each([
    [`$argon2id$v=19$m=262144,t=2,p=1$${salt}$${key}`, 'foreign'],
    [`$argon2id$v=19$m=262145,t=1,p=1$${salt}$${key}`, 'hash_too_costly'],
    [`$argon2id$v=19$m=262144,t=3,p=1$${salt}$${key}`, 'hash_too_costly'],
    [`$argon2id$v=19$m=4000000000,t=1,p=1$${salt}$${key}`, 'hash_too_costly'],
    [`$argon2id$v=19$m=65536,t=1,p=17$${salt}$${key}`, 'hash_too_costly'],
    [`$argon2id$v=19$m=65536,t=0,p=1$${salt}$${key}`, 'hash_unknown'],
    [`$argon2id$v=19$m=65536,t=1,p=1,data=AAAA$${salt}$${key}`, 'hash_unknown'],
    [`$argon2id$v=19$m=65536,t=1,p=1$${salt}$`, 'hash_unknown'],
    ['$2b$13$YDVRx1TbfF/wVoQeDPU8pu/1AorI/A41bBI7uHf1D1Pf2H1IOi49G', 'foreign'],
    ['$2b$14$YDVRx1TbfF/wVoQeDPU8pu/1AorI/A41bBI7uHf1D1Pf2H1IOi49G', 'hash_too_costly'],
    ['$2b$31$YDVRx1TbfF/wVoQeDPU8pu/1AorI/A41bBI7uHf1D1Pf2H1IOi49G', 'hash_too_costly'],
    ['$2b$03$YDVRx1TbfF/wVoQeDPU8pu/1AorI/A41bBI7uHf1D1Pf2H1IOi49G', 'hash_unknown'],
    ['$2x$10$YDVRx1TbfF/wVoQeDPU8pu/1AorI/A41bBI7uHf1D1Pf2H1IOi49G', 'hash_unknown'],
    [`$pbkdf2-sha512$i=1500000$${salt}$${keyOf64Bytes}`, 'foreign'],
    [`$pbkdf2-sha512$i=1500001$${salt}$${key}`, 'hash_too_costly'],
    [`$pbkdf2-sha256$i=1500000$${salt}$${key}`, 'foreign'],
    [`$pbkdf2-sha256$i=750000$${salt}$${keyOf64Bytes}`, 'foreign'],
    [`$pbkdf2-sha256$i=750001$${salt}$${keyOf64Bytes}`, 'hash_too_costly'],
    [`$pbkdf2-sha1$i=375000$${salt}$${keyOf64Bytes}`, 'foreign'],
    [`$pbkdf2-sha1$i=375001$${salt}$${keyOf64Bytes}`, 'hash_too_costly'],
    [`pbkdf2_sha256$4000000000$salt$${key}=`, 'hash_too_costly'],
    [`$pbkdf2-sha512$i=999$${salt}$${key}`, 'hash_too_weak'],
    [`$pbkdf2-md5$i=10000$${salt}$${key}`, 'hash_unknown'],
    [`$scrypt$ln=17,r=8,p=2$${salt}$${key}`, 'foreign'],
    [`$scrypt$ln=17,r=8,p=3$${salt}$${key}`, 'hash_too_costly'],
    [`$scrypt$ln=19,r=8,p=1$${salt}$${key}`, 'hash_too_costly'],
    [`$scrypt$ln=19,r=8,p=0$${salt}$${key}`, 'hash_too_costly'],
    [`$scrypt$ln=14,r=8,p=17$${salt}$${key}`, 'hash_too_costly'],
    [`$scrypt$ln=99,r=999,p=999$${salt}$${key}`, 'hash_too_costly'],
    [`$scrypt$ln=9,r=8,p=1$${salt}$${key}`, 'hash_too_weak'],
    [`scrypt$16000$salt$8$1$${key}=`, 'hash_unknown'],
    ['{MD5}+wwypZzu5EBxEJhyBcE+4w==', 'fast'],
    ['{SHA}+wwypZzu5EBxEJhyBcE+4w==', 'hash_unknown'],
    [`$argon2id-md5$argon2id$v=19$m=9999999,t=1,p=1$${salt}$${key}`, 'hash_too_costly'],
    ['b81071582a0e67e2de609a7617698b7b', 'hash_unknown'],
    [`$argon2id$v=19$m=65536,t=1,p=1,keyid=AAAA$${salt}$${key}`, 'own'],
    [`$argon2id$v=19$m=9999999,t=1,p=1,keyid=AAAA$${salt}$${key}`, 'hash_too_costly'],
    ['correct horse battery staple', 'hash_unknown'],
    ['', 'hash_unknown'],
  ])('%s is %s', (text, expected) => {
    expect(reasonOf(text)).toBe(expected);
  });

  it('whatever the text, is read in its own form or refused', () => {
    const piece = fc.constantFrom(
      '$',
      'argon2id',
      'v=19',
      'm=64,t=1,p=1',
      '2b',
      '10',
      'scrypt',
      'ln=10,r=8,p=1',
      salt,
      key,
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 9 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(text, (given) => {
        expect(['foreign', 'own', 'fast', 'hash_unknown', 'hash_too_costly', 'hash_too_weak']).toContain(
          reasonOf(given),
        );
        if (reasonOf(given) === 'foreign') expect(parseForeignHash(given).scheme).toBeDefined();
      }),
    );
  });
});

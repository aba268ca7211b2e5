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
    // Hexadecimal digits are base64 as well, of other bytes: an MD5 with salt that opens for nobody.
    ['{MD5}fb0c32a59ceee4407110987205c13ee3', 'fast'],
    ['{SMD5}fb0c32a59ceee4407110987205c13ee373616c74', 'fast'],
    ['{SHA}b7e93a7b49bf470404dd8c8830e43b2408da21d6', 'fast'],
    ['{MD5}fb0c32a59ceee4407110987205c13ee', 'hash_unknown'],
    ['{MD5}/SFPZL4q5Ni158nZIM/cSzPmnDM=', 'hash_unknown'],
    ['{SMD5}+wwypZzu5EBxEJhyBcE+4w==', 'hash_unknown'],
    ['{SMD5}fb0c32a59ceee4407110987205c13ee3', 'hash_unknown'],
    ['{SSHA}b7e93a7b49bf470404dd8c8830e43b2408da21d6', 'hash_unknown'],
    // Cut off, or with what does not belong: all of it is read, or none.
    ['md5$seasalt2$b81071582a0e67e2de609a7617698b', 'hash_unknown'],
    ['md5$seasalt2$b81071582a0e67e2de609a7617698bxy', 'hash_unknown'],
    ['pbkdf2_sha256$2000$seasalt2$dSd+Y+u5AclmhevfUnBDvxVFXVWbsDIDRSA5', 'hash_unknown'],
    ['pbkdf2_sha256$2000$seasalt2$dSd+Y+u5Aclm hevfUnBDvxVFXVWbsDIDRSA5goa7Iu0=', 'hash_unknown'],
    ['pbkdf2:sha256:2000$salt$cda893b208cfd31089505f290267443ab6c28d806311fa28840c06e13ceb17x', 'hash_unknown'],
    [`$pbkdf2-sha256$i=2000,l=32$${salt}$${key}`, 'foreign'],
    [`$pbkdf2-sha256$i=2000,l=64$${salt}$${key}`, 'hash_unknown'],
    [`$pbkdf2-sha256$i=2000$${salt}$${key.slice(0, -2)}`, 'hash_unknown'],
    [`$pbkdf2-sha256$i=2000$${'c2Fs'.repeat(300)}$${key}`, 'hash_unknown'],
    ['{pbkdf2}0001020304050607b020cd8bc46fe3b69f46483e31be30dfa1a36852baddf168732921eaf64a3c', 'hash_unknown'],
    ['{sha256}97cde38028ad898ebc02e690819fa220e88c62e0699403e94fff291cfffaf8410849f27605abcbc0', 'hash_unknown'],
    ['{noop}correct horse battery staple', 'hash_unknown'],
    ['bcrypt_sha256$$2b$14$qdmJteTrB5EgibmToG.SW.rgIjvmB5KS6N2H/poF/Wf7OQqfJCxVu', 'hash_too_costly'],
    ['correct horse battery staple', 'hash_unknown'],
    ['', 'hash_unknown'],
  ])('%s is %s', (text, expected) => {
    expect(reasonOf(text)).toBe(expected);
  });

  it.each([
    ['$6$rounds=5000$salt$hash', 'SHA-512-crypt'],
    ['$P$B55D6LjfHDkINU5wF.v2BuuzO0/XPk/', 'phpass'],
    ['{noop}hunter2', 'plain text'],
    ['{sha256}97cde38028ad898ebc02e690819fa220', 'StandardPasswordEncoder'],
    ['$bcrypt-sha256$v=2,t=2b,r=12$n79VH.0Q2TMWmt3Oqt9uku$Kq4Noyk3094Y2QlB8NdRT8SvGiI4ft2', 'bcrypt-sha256'],
    ['$2x$10$Z6hUTEEeoJXN5/AmSm/4.eZ75RYgFVriQM9LPhNEC7kbAbS/VAaJ2', '$2x$'],
    ['fb0c32a59ceee4407110987205c13ee3', '{MD5}'],
    ['{SSHA384}AAAA', 'SHA-384'],
    ['$y$j9T$F5Jx5fExrKuPp53xLKQ..1$X3DX6M94c7o.9agCG9G317fhZg9SqC.5i5rd.RhAtQ7', 'yescrypt'],
    ['AQAAAAEAACcQAAAAEJ5T0J8Zb3gmSxTyOZyPEg==', 'ASP.NET'],
  ])('that is not read is called by its name: %s', (text, name) => {
    expect(() => readHashForm(text)).toThrow(name);
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
      '{MD5}',
      'bcrypt_sha256$',
      'fb0c32a59ceee4407110987205c13ee3',
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

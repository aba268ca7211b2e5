import { hash } from 'bcryptjs';
import { describe, expect, it } from 'vitest';
import { createForeignHasher } from '../../../../lambdas/clients/passwords/foreignHasher.ts';
import { wrapFastDigest } from '../../../../lambdas/clients/passwords/hashWrapper.ts';
import { firebaseForm } from '../../../../lambdas/core/hashes/firebaseHash.ts';
import { readHashForm } from '../../../../lambdas/core/hashes/hashForms.ts';

const { verify } = createForeignHasher();

/** As an import keeps it. */
async function kept(text: string): Promise<string> {
  const form = readHashForm(text);
  return form.kind === 'fast' ? wrapFastDigest(form.inner, form.hex) : form.hash;
}

describe('published test vectors', () => {
  it.each([
    // RFC 6070 §2.
    ['PBKDF2-SHA1', 'password', '$pbkdf2-sha1$i=4096$c2FsdA$SwB5AbdlSJq+rUnZJvch0GWkKcE'],
    // RFC 7914 §12.
    [
      'scrypt',
      'password',
      '$scrypt$ln=10,r=8,p=16$TmFDbA$/bq+HJ00cgB4VucZDQHp/nxq18vII3gw53N2Y0s3MWIurzDZLiKjiG/xCSedmDDaxyevuUqD7m2DYMvfoswGQA',
    ],
    ['bcrypt of crypt_blowfish', 'U*U', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'],
    ['bcrypt of jBCrypt', 'abc', '$2a$06$If6bvum7DFjUnE9p2uDeDu0YHzrHM6tf.iqN8.yx.jNN1ILEf7h0i'],
    // github.com/P-H-C/phc-winner-argon2, src/test.c.
    ['Argon2i', 'password', '$argon2i$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$wWKIMhR9lyDFvRz9YTZweHKfbftvj+qf+YFY4NeBbtA'],
    [
      'Argon2i, version 16',
      'password',
      '$argon2i$m=65536,t=2,p=1$c29tZXNhbHQ$9sTbSlTio3Biev89thdrlKKiCaYsjjYVJxGAL3swxpQ',
    ],
    ['Argon2id', 'password', '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'],
    // passlib's documentation.
    [
      'passlib scrypt',
      'password',
      '$scrypt$ln=16,r=8,p=1$aM15713r3Xsvxbi31lqr1Q$nFNh2CVHVjNldFVKDHDlm4CbdRSCdEBsjjJxD+iCs5E',
    ],
    [
      'passlib PBKDF2',
      'password',
      '$pbkdf2-sha256$6400$.6UI/S.nXIk8jcbdHx3Fhg$98jZicV16ODfEsEZeYPGHU3kbrUrvUEXOPimVSQDD44',
    ],
    // Spring Security's reference, "Password Storage".
    ['Spring bcrypt', 'password', '{bcrypt}$2a$10$dXJ3SW6G7P50lGmMkkmwe.20cQQubK3.HZWzG3YB1tlRy.fqvM/BG'],
    [
      'Spring PBKDF2',
      'password',
      '{pbkdf2}5d923b44a6d129f3ddf3e3c8d29412723dcbde72445e8ef6bf3b508fbf17fa4ed4d6b99ca763d8dc',
    ],
    [
      'Spring scrypt',
      'password',
      '{scrypt}$e0801$8bWJaSu2IKSn9Z9kM+TPXfOc/9bdYSrN1oD9qfVThWEwdRTnO7re7Ei+fUZRJ68k9lTyuTeUp4of4g24hHnazw==$OAOec05+bXxvuu/1qZ6NUR+xQYvYv7BeL1QxwRpY5Pc=',
    ],
    // Django's tests/auth_tests/test_hashers.py.
    ['Django PBKDF2', 'l\u00e8tmein', 'pbkdf2_sha256$320000$seasalt$Toj2II2rBvFiGQcPmUml1Nlni2UtvyRWwz/jz4q6q/4='],
  ])('%s', async (_, password, text) => {
    const hash = await kept(text);
    expect([await verify(hash, password), await verify(hash, `${password}!`)]).toEqual([true, false]);
  });
});

/**
 * Made by passlib 1.7.4, Django 5.2 and Werkzeug 3, and by Python's hashlib as Spring's encoders do. The ligature is
 * what normalisation would change.
 */
describe('hashes that other libraries made', () => {
  const password = 'p\u00e4ssword-\ufb01ne 1';

  it.each([
    '$pbkdf2$2000$mbM2RmgtZSxlbO0dA6C0Fg$PF1RZE5kWTuHEt9I2fjzrPNk4aE',
    '$pbkdf2-sha256$2000$sLaWUipFiJHy3vv/P4eQcg$ehBxFsBW7jOGJ9rh.nddg6wWrb4r5VtaHB/1wMaJpJQ',
    '$pbkdf2-sha512$2000$rjWGUCpFCOE8h/A.x1gLIQ$jNLaGkj2tdodVMJcq6eHHh9BP0wyJmlW4/9HonoFGrKNz.ltgpblEio6I.Xwhw44x6SJN/Bwb2QNoqYn7wIfow',
    '{PBKDF2-SHA256}2000$HGOs9X6v9T6H0LoXohRCKA$jI/D20776kxv5ccUyDE6gg2GN/A0zIJLRM0oqHuBUyY',
    '$2a$05$fiEt/rT.RhK884h2OLd2/.AQAc9cTB6vYQ9l8YR3EZ/MvA6b3JTla',
    '$2b$05$eD9kkzORe1W7O8Pc/Gd.S.AuwZfPyhcZraoqQYPTfdbpcN1q02hWi',
    '$2y$05$4mULWkZzj/HxKOJioVfeR.2Av572wx14HygL/kdJ5ME4T6dfTkThW',
    '{bcrypt}$2a$05$fiEt/rT.RhK884h2OLd2/.AQAc9cTB6vYQ9l8YR3EZ/MvA6b3JTla',
    'bcrypt$$2b$05$XWRUeauvylQtEtc6p/hcmOJXoVmXHx.co7UETFepHVSeKfX3R2GQK',
    '$scrypt$ln=10,r=8,p=1$f8+ZU4pR6p0TAoBQCqH0Hg$fu3wg5r8pi91S35Sxr2zRnLOuXIUFBPprnhu2ElaDmY',
    'scrypt$1024$seasalt2$8$5$+TijDtyccrkFq12KKws6n23lDfO3DtKbFxE9p/iOQXQWjUMeu7BjMBnXqO50yMwAgFNDZLi/3/GV1lvPRAIb0g==',
    'scrypt:1024:8:1$EBc7pRmXaesvJH30$3360aaa21437fbb112f8ddf6d2b22e1bba6c78c822f65798adb38e55902eaa1efa3e88d200964936b3665bfda926531da741645e826645c3e93e27740c46933f',
    'pbkdf2_sha256$2000$seasalt2$dSd+Y+u5AclmhevfUnBDvxVFXVWbsDIDRSA5goa7Iu0=',
    'pbkdf2_sha1$2000$seasalt2$C25RtzAYKOGvHOE7V1HFLYGasow=',
    'pbkdf2:sha256:2000$9fqB2bxYVoWZau03$cda893b208cfd31089505f290267443ab6c28d806311fa28840c06e13ceb1780',
    'pbkdf2:sha1:2000$RWZ7DeHFNbAINjZ4$e86de448712f674df906e0e5f474cf1eb4a95130',
    'pbkdf2:sha512:2000$fgF9ETFGyh8JKWE3$b55c7dec9fbb9bda5ad6fa288282ca17af604347d3b62be4fa6ca05bd9ee397adba3b01b12184640fc6302b50ada13113765a41cfdd647208839c465833b1524',
    '$argon2id$v=19$m=256,t=2,p=4$RWjNmdNaK+XcW8tZy/kfQw$JbeiuUbvYIdIbBiKwQ7k5DcgOrdfGz6u+ZqffdLNt/s',
    '$argon2i$v=19$m=256,t=2,p=4$KIWw9l7LeU/pvTfGWOs9Bw$qcI0jVXJ6g5HZ0qla6tRodVmGfLRICqyWLLx9+7hjzk',
    '$argon2d$v=19$m=256,t=2,p=4$5zwHAIBwjrGWMkYoBSCE8A$PCuIWf3qvq6GJTlLPWvUZxmo07EIpGrNVREEqb+gayk',
    'argon2$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$0nwJNc1GpfJ+YReTSrelZG+x4hjJa9t3p17PiXXLS9Q',
    '{MD5}+wwypZzu5EBxEJhyBcE+4w==',
    '{SMD5}/SFPZL4q5Ni158nZIM/cSzPmnDM=',
    '{SHA}t+k6e0m/RwQE3YyIMOQ7JAjaIdY=',
    '{SSHA}yjGPTul1K2TzB8TtvA+hkCZILx3ImbPW',
    'md5$seasalt2$b81071582a0e67e2de609a7617698b7b',
    'unsalted_sha1$$b7e93a7b49bf470404dd8c8830e43b2408da21d6',
    'bcrypt_sha256$$2b$04$qdmJteTrB5EgibmToG.SW.rgIjvmB5KS6N2H/poF/Wf7OQqfJCxVu',
    '{argon2@SpringSecurity_v5_8}$argon2id$v=19$m=256,t=2,p=4$RWjNmdNaK+XcW8tZy/kfQw$JbeiuUbvYIdIbBiKwQ7k5DcgOrdfGz6u+ZqffdLNt/s',
    '{pbkdf2}0001020304050607b020cd8bc46fe3b69f46483e31be30dfa1a36852baddf168732921eaf64a3c95',
    '{pbkdf2@SpringSecurity_v5_8}000102030405060708090a0b0c0d0e0f881604c5481b0bc9ee5cd002a8184fffcd8fec76efa652e143fc58c435d91f00',
    '{scrypt}$e0801$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==$i/M0rEXbGHGZEBm3G98CU/7MVwEIMhlfrIjS4+h58Fc=',
    '{scrypt@SpringSecurity_v5_8}$100801$AAECAwQFBgcICQoLDA0ODw==$ic6YU3fVPer22f9oxxJaFaZURoNUf212bUANnrAY9Bs=',
    '{MD5}{c2FsdA==}1512bff6372733e574c2ad42c24c5066',
    '{SHA-1}{c2FsdA==}feb3432d03b7c8c1890aa48a00a25d3463eb0a68',
    '{SHA-256}{c2FsdA==}a9fe6340cbfebe8a1dbad26f9493eb145d5d2fe18b1d172312d73e094ec37eea',
    '{MD5}fb0c32a59ceee4407110987205c13ee3',
    '{SHA}B7E93A7B49BF470404DD8C8830E43B2408DA21D6',
    '{ldap}{SSHA}9W0cHOjjdECsLHV1/sSrFMuPm/dzYWx0',
    '{SSHA}f56d1c1ce8e37440ac2c7575fec4ab14cb8f9bf773616c74',
    '{SSHA256}S3QAjB5E+k9ccVf0DXQEPWQfxRu6jKnjE27Fh9OO55pzYWx0c2FsdA==',
    '{SHA512}98GGhJ0zL6lJp+wQ1SvVKMyEBQYGmM6anVNPiSVgaW92eY5n/p/cbpWE6lwrxv4LsNfbGHpX+85u+InuCXJloQ==',
  ])('are verified by the bytes that were typed: %s', async (text) => {
    const hash = await kept(text);
    expect([await verify(hash, password), await verify(hash, password.slice(1))]).toEqual([true, false]);
    expect(await verify(hash, password.normalize('NFKC'))).toBe(false);
    // What is kept is read again, so that an export can be imported.
    expect(await kept(hash)).toBe(hash);
  });

  it('are verified normalised where the other system did that', async () => {
    const hash = await kept('$2b$04$YDVRx1TbfF/wVoQeDPU8pu/1AorI/A41bBI7uHf1D1Pf2H1IOi49G');
    expect(await verify(hash, password)).toBe(true);
  });
});

describe('Firebase scrypt', () => {
  // github.com/firebase/scrypt, README.
  const parameters = {
    base64_signer_key: 'jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==',
    base64_salt_separator: 'Bw==',
    rounds: 8,
    mem_cost: 14,
  };
  const exported = {
    passwordHash: 'lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==',
    salt: '42xEC+ixf3L2lw==',
  };

  it('verifies the published hash, in either alphabet, without the signer key', async () => {
    const url = (base64: string) => base64.replaceAll('+', '-').replaceAll('/', '_');
    for (const written of [exported, { passwordHash: url(exported.passwordHash), salt: url(exported.salt) }]) {
      const form = firebaseForm(written, parameters);
      if (form.kind !== 'foreign') throw new Error(form.kind);
      expect(await verify(form.hash, 'user1password')).toBe(true);
      expect(await verify(form.hash, 'user1passwore')).toBe(false);
      expect(readHashForm(form.hash)).toEqual(form);
      expect(form.hash).not.toContain(parameters.base64_signer_key.slice(0, 16));
    }
  });

  it('refuses what is no hash of the project within bounds', () => {
    expect(() => firebaseForm({ ...exported, passwordHash: 'YQ==' }, parameters)).toThrow('signer key');
    expect(() => firebaseForm(exported, { ...parameters, mem_cost: 24 })).toThrow('too long');
  });
});

describe('bcrypt', () => {
  it('L07 takes no password that it cannot tell from another', async () => {
    const [long, short] = await Promise.all([hash('x'.repeat(72), 4), hash('abc', 4)]);
    expect(await verify(long, 'x'.repeat(72))).toBe(true);
    expect(await verify(long, `${'x'.repeat(72)}1`)).toBe(false);
    expect(await verify(long, `${'x'.repeat(70)}\u00e9\u00e9`)).toBe(false);
    expect(await verify(short, 'abc')).toBe(true);
    for (const same of ['abc\0abc', 'abc\0', 'abc\0xyz']) expect(await verify(short, same)).toBe(false);
  });
});

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizePassword } from '../../../../lambdas/core/passwords/password.ts';
import { createPasswordPolicy } from '../../../../lambdas/core/passwords/passwordPolicy.ts';

const email = 'alice.liddell.of.oxford@example.com';
const policy = (minimumLength: number) =>
  createPasswordPolicy({ minimumLength, commonPasswords: { includes: async () => false } });
const check = (password: string, minimumLength = 15) => policy(minimumLength).check({ password, email });
const accepted = async (password: string, minimumLength = 15) => (await check(password, minimumLength)).length === 0;

describe('the password policy', () => {
  it('L14 wants 15 characters', async () => {
    expect(await check('fourteen chars')).toEqual([{ field: 'password', message: 'Use at least 15 characters.' }]);
    expect(await accepted('fifteen chars !')).toBe(true);
  });

  it('L14 counts code points, after NFKC', async () => {
    expect(await accepted('🂡🂢🂣🂤🂥🂦🂧🂨')).toBe(false);
    expect(await accepted('🂡🂢🂣🂤🂥🂦🂧🂨🂩🂪🂫🂬🂭🂮🂱')).toBe(true);
    expect(await accepted(`e\u0301${'abcdefghijklm'}`)).toBe(false);
  });

  it('L14 refuses the e-mail address and its local part', async () => {
    for (const password of [
      email,
      email.toUpperCase(),
      'alice.liddell.of.oxford',
      ` ${email} `,
      'ａlice.liddell.of.oxford',
    ]) {
      expect(await check(password)).toEqual([
        { field: 'password', message: expect.stringContaining('e-mail address') },
      ]);
    }
  });

  it('L14 refuses a few characters over and over', async () => {
    for (const unit of ['a', 'ab', 'abc', '1234', '🂡'])
      expect(await accepted(unit.repeat(40).slice(0, 60))).toBe(false);
    expect(await accepted('abcdeabcdeabcde')).toBe(true);
  });

  it.each([
    'correcthorsebat',
    'all lower case words',
    '482915730264719',
    'пароль из нескольких слов',
    '               .',
  ])('L15 demands no composition: %j', async (password) => {
    expect(await accepted(password)).toBe(true);
  });

  it('L08 accepts up to 256 characters', async () => {
    const text = 'a long text '.repeat(30);
    for (const length of [64, 128, 256]) expect(await accepted(text.slice(0, length))).toBe(true);
    expect(await check(text.slice(0, 257))).toEqual([{ field: 'password', message: 'Use at most 256 characters.' }]);
  });

  it('refuses half a surrogate pair, which would hash like any other half', async () => {
    expect(await accepted('a good long password \ud83d')).toBe(false);
  });

  it('takes another minimum, but none under 8', async () => {
    expect(await accepted('8 chars!', 8)).toBe(true);
    for (const minimumLength of [7, 0, -1, Number.NaN]) expect(() => policy(minimumLength)).toThrow(RangeError);
  });

  it('judges every normalisation form of a password alike', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme', maxLength: 40 }), async (password) => {
        for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD']) {
          expect(await check(password.normalize(form))).toEqual(await check(normalizePassword(password)));
        }
      }),
    );
  });
});

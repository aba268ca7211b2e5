import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { normalizePassword } from '../../../lambdas/core/password.ts';
import { checkPasswordPolicy, type PasswordRules } from '../../../lambdas/core/passwordPolicy.ts';

const email = 'alice.liddell.of.oxford@example.com';
const check = (password: string, rules?: PasswordRules) => checkPasswordPolicy({ password, email }, rules);
const accepted = (password: string, rules?: PasswordRules) => check(password, rules).length === 0;

describe('the password policy', () => {
  test('L14 wants 15 characters', () => {
    expect(check('fourteen chars')).toEqual([{ field: 'password', message: 'Use at least 15 characters.' }]);
    expect(accepted('fifteen chars !')).toBe(true);
  });

  test('L14 counts code points, after NFKC', () => {
    expect(accepted('🂡🂢🂣🂤🂥🂦🂧🂨')).toBe(false);
    expect(accepted('🂡🂢🂣🂤🂥🂦🂧🂨🂩🂪🂫🂬🂭🂮🂱')).toBe(true);
    expect(accepted(`e\u0301${'abcdefghijklm'}`)).toBe(false);
  });

  test('L14 refuses the e-mail address and its local part, whatever the case or form', () => {
    for (const password of [
      email,
      email.toUpperCase(),
      'alice.liddell.of.oxford',
      ` ${email} `,
      'ａlice.liddell.of.oxford',
    ]) {
      expect(check(password)).toEqual([{ field: 'password', message: expect.stringContaining('e-mail address') }]);
    }
  });

  test('L14 refuses a few characters over and over', () => {
    for (const unit of ['a', 'ab', 'abc', '1234', '🂡']) expect(accepted(unit.repeat(40).slice(0, 60))).toBe(false);
    expect(accepted('abcdeabcdeabcde')).toBe(true);
  });

  test.each([
    'correcthorsebat',
    'all lower case words',
    '482915730264719',
    'пароль из нескольких слов',
    '               .',
  ])('L15 demands no composition: %j', (password) => {
    expect(accepted(password)).toBe(true);
  });

  test('L08 accepts 64 and up to 256 characters, and no more', () => {
    const text = 'a long text '.repeat(30);
    for (const length of [64, 128, 256]) expect(accepted(text.slice(0, length))).toBe(true);
    expect(check(text.slice(0, 257))).toEqual([{ field: 'password', message: 'Use at most 256 characters.' }]);
  });

  test('refuses half a surrogate pair, which would hash like any other half', () => {
    expect(accepted('a good long password \ud83d')).toBe(false);
  });

  test('takes another minimum, but none under 8', () => {
    expect(accepted('8 chars!', { minimumLength: 8 })).toBe(true);
    for (const minimumLength of [7, 0, -1, Number.NaN])
      expect(() => accepted('8 chars!', { minimumLength })).toThrow(RangeError);
  });

  test('judges every normalisation form of a password alike', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 40 }), (password) => {
        for (const form of ['NFC', 'NFD', 'NFKC', 'NFKD']) {
          expect(check(password.normalize(form))).toEqual(check(normalizePassword(password)));
        }
      }),
    );
  });
});

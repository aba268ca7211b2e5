import { expect, it } from 'vitest';
import { hashRecoveryCode, newRecoveryCodes } from '../../../../lambdas/core/factors/recoveryCodes.ts';

it('a set has ten different codes of 80 bits', () => {
  const codes = newRecoveryCodes();
  expect(new Set(codes).size).toBe(10);
  for (const code of codes) expect(code).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$/);
  const characters = new Set(Array.from({ length: 50 }, newRecoveryCodes).flat().join('').replaceAll('-', ''));
  expect(characters.size).toBe(32);
});

const dashes = [...'\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uFE58\uFE63\uFF0D\u00AD\u30FC'];
const spaces = [...'\u00A0\u2007\u2009\u202F\u3000\u200B\uFEFF\t\n'];
const pasted = [
  ...[...dashes, ...spaces].map((between) => `0123${between}4567${between}89ab${between}1cde`),
  '\uFF10\uFF11\uFF12\uFF13-4567-89\uFF21\uFF22-1\uFF43de',
  '\u201C0123-4567-89ab-1cde\u201D.',
  '\u200E0123-4567-89ab-1cde',
];

it('a code is the same however it is typed', () => {
  const hash = hashRecoveryCode('0123-4567-89ab-1cde', 'sub');
  for (const typed of ['0123456789ab1cde', 'O123 4567 89AB ICDE', ' o1234567-89abLcde ', ...pasted]) {
    expect(hashRecoveryCode(typed, 'sub'), typed).toBe(hash);
  }
  expect(hashRecoveryCode('0123-4567-89ab-1cdf', 'sub')).not.toBe(hash);
  expect(hashRecoveryCode('0123-4567-89ab-1cde', 'other')).not.toBe(hash);
});

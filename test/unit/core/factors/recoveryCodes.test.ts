import { expect, it } from 'vitest';
import { hashRecoveryCode, newRecoveryCodes } from '../../../../lambdas/core/factors/recoveryCodes.ts';

it('a set has ten different codes of 80 bits', () => {
  const codes = newRecoveryCodes();
  expect(new Set(codes).size).toBe(10);
  for (const code of codes) expect(code).toMatch(/^([0-9a-hjkmnp-tv-z]{4}-){3}[0-9a-hjkmnp-tv-z]{4}$/);
  const characters = new Set(Array.from({ length: 50 }, newRecoveryCodes).flat().join('').replaceAll('-', ''));
  expect(characters.size).toBe(32);
});

it('a code is the same however it is typed', () => {
  const hash = hashRecoveryCode('0123-4567-89ab-1cde', 'sub');
  for (const typed of ['0123456789ab1cde', 'O123 4567 89AB ICDE', ' o1234567-89abLcde ']) {
    expect(hashRecoveryCode(typed, 'sub'), typed).toBe(hash);
  }
  expect(hashRecoveryCode('0123-4567-89ab-1cdf', 'sub')).not.toBe(hash);
  expect(hashRecoveryCode('0123-4567-89ab-1cde', 'other')).not.toBe(hash);
});

import { expect, it } from 'vitest';
import { requireStepUp, stepUpMaxAgeSeconds } from '../../../../lambdas/core/sessions/stepUp.ts';

const now = 1_800_000_000;
const required = expect.objectContaining({ code: 'step_up_required', status: 403 });

it.each([
  ['a fresh password, and no second factor', 0, 'aal1', []],
  ['a password of just within the time', stepUpMaxAgeSeconds, 'aal1', []],
  ['a fresh second factor', 0, 'aal2', ['totp']],
  ['a fresh passkey where there is no other factor', 0, 'aal2', []],
] as const)('%s is enough', (_, age, acr, factorMethods) => {
  expect(() => requireStepUp({ authTime: now - age, acr }, { factorMethods }, now)).not.toThrow();
});

it.each([
  ['a password that is too old', stepUpMaxAgeSeconds + 1, 'aal1', []],
  ['a second factor that is too old', stepUpMaxAgeSeconds + 1, 'aal2', ['totp']],
  ['a fresh password where there is a second factor', 0, 'aal1', ['webauthn']],
  ['a level that is none', 0, 'aal3', ['totp']],
] as const)('%s is not', (_, age, acr, factorMethods) => {
  expect(() => requireStepUp({ authTime: now - age, acr }, { factorMethods }, now)).toThrow(required);
});

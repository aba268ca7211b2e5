import { expect, it } from 'vitest';
import {
  counterAdvances,
  type Factor,
  factorSince,
  passkeyId,
  recoveryCodesSince,
} from '../../../../lambdas/core/factors/factor.ts';
import { passwordAuthentication, withSecondFactor } from '../../../../lambdas/core/sessions/authentication.ts';

it.each([
  [0, 0, true],
  [0, 1, true],
  [5, 6, true],
  [5, 900, true],
  [5, 5, false],
  [5, 4, false],
  [5, 0, false],
] as const)('a counter of %i is followed by %i: %s', (before, now, expected) => {
  expect(counterAdvances(before, now)).toBe(expected);
});

it('the id of a passkey is that of its credential', () => {
  expect(passkeyId('AAAA')).toMatch(/^[A-Za-z0-9_-]{22}$/);
  expect(passkeyId('AAAA')).toBe(passkeyId('AAAA'));
  expect(passkeyId('AAAB')).not.toBe(passkeyId('AAAA'));
});

const app: Factor = {
  ...{ sub: 'sub', id: 'app', name: 'App', type: 'totp', createdAt: 100, since: 105 },
  ...{ sealedSecret: 'sealed', lastStep: 0 },
};

it('a factor came when its addition says, or else when it was made', () => {
  expect(factorSince(app)).toBe(105);
  expect(factorSince({ ...app, since: undefined })).toBe(100);
});

it.each([
  ['as they say', [app], 200, 200],
  ['with their app', [app], undefined, 105],
  ['with an app of a release that noted nothing', [{ ...app, since: undefined, createdAt: 300 }], 200, 300],
  ['before all else, where nothing tells', [], undefined, 0],
] as const)('recovery codes came %s', (_, factors, since, expected) => {
  const set = { factors, recoveryCodes: new Set(['code']), recoveryCodesSince: since, revision: 1 };
  expect(recoveryCodesSince(set)).toBe(expected);
});

it('a second factor makes aal2 of the first', () => {
  const { amr } = passwordAuthentication;
  expect(withSecondFactor(amr, { method: 'totp' })).toEqual({ amr: ['pwd', 'otp', 'mfa'], acr: 'aal2' });
  expect(withSecondFactor(amr, { method: 'recovery_code' }).amr).toEqual(['pwd', 'otp', 'mfa']);
  expect(withSecondFactor(amr, { method: 'webauthn', userVerified: false }).amr).toEqual(['pwd', 'hwk', 'mfa']);
  expect(withSecondFactor(amr, { method: 'webauthn', userVerified: true }).amr).toEqual(['pwd', 'hwk', 'user', 'mfa']);
  expect(withSecondFactor(['pwd', 'otp', 'mfa'], { method: 'totp' }).amr).toEqual(['pwd', 'otp', 'mfa']);
});

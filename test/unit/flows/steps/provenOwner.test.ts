import { expect, it } from 'vitest';
import type { Account } from '../../../../lambdas/core/accounts/account.ts';
import { passkeyAuthentication, withSecondFactor } from '../../../../lambdas/core/sessions/authentication.ts';
import type { Principal } from '../../../../lambdas/core/sessions/principal.ts';
import { newSessionId } from '../../../../lambdas/core/sessions/session.ts';
import { provenOwner } from '../../../../lambdas/flows/steps/provenOwner.ts';
import { memoryLimits } from '../../../support/fakes/memoryLimits.ts';
import { from, manualClock, testAccount } from '../../../support/worlds/world.ts';

const now = 1_800_000_000;
const stale = { authTime: now - 301 };
const password = { amr: ['pwd'], acr: 'aal1' };
const passkey = passkeyAuthentication;
const app = withSecondFactor(['pwd'], { method: 'totp' });
const unverified = withSecondFactor(['pwd'], { method: 'webauthn', userVerified: false });

const plain = {};
const withPasskey = { factorMethods: ['webauthn'] } as const;
const onlyPasskey = { ...withPasskey, passwordHash: undefined };
const neither = { passwordHash: undefined };
const onlyLater = { ...neither, factorMethods: ['sms'] };

/** Whoever proves it again and again, in one session. */
function prover(change: Partial<Account>, principal: Partial<Principal>) {
  const clock = manualClock(now * 1000);
  const account = testAccount(change);
  const limits = memoryLimits({ clock });
  const deps = {
    clock,
    limits,
    limitRefunds: limits,
    audit: { record: async () => undefined },
    accounts: { find: async () => account },
    hasher: { verify: async (hash: string | undefined, text: string) => hash === text },
  };
  const sid = newSessionId(account.sessionEpoch);
  const bearer = { sub: account.sub, sid, tenantId: account.tenantId, authTime: now - 10, ...password, ...principal };
  const prove = (currentPassword: string | undefined, authTime = bearer.authTime) =>
    provenOwner(deps, { ...bearer, authTime } as Principal, { currentPassword, purpose: 'test', from });
  return { clock, prove };
}

const prove = (change: Partial<Account>, principal: Partial<Principal>, currentPassword: string | undefined) =>
  prover(change, principal).prove(currentPassword);

it.each([
  ['the password', plain, password, 'hash'],
  ['a passkey', withPasskey, passkey, undefined],
  [
    'a passkey, after the password',
    withPasskey,
    withSecondFactor(['pwd'], { method: 'webauthn', userVerified: true }),
    undefined,
  ],
  ['the passkey, where there is no password', onlyPasskey, passkey, undefined],
  ['the password, in an account that has a passkey', withPasskey, app, 'hash'],
  ['a fresh sign-in, where there is neither', neither, password, undefined],
] as const)('an owner is proven by %s', async (_, account, principal, given) => {
  expect(await prove(account, principal, given)).toMatchObject(account);
});

it.each([
  ['a password that is old', plain, { ...password, ...stale }, 'hash', 'step_up_required'],
  ['a wrong password', plain, password, 'wrong', 'invalid_credentials'],
  ['a wrong password beside a passkey', withPasskey, passkey, 'wrong', 'invalid_credentials'],
  ['a sign-in of just now', plain, password, undefined, 'step_up_required'],
  ['an authenticator app', { factorMethods: ['totp'] }, app, undefined, 'step_up_required'],
  ['a key that verified nobody', withPasskey, unverified, undefined, 'step_up_required'],
  ['a passkey of earlier', withPasskey, { ...passkey, ...stale }, undefined, 'step_up_required'],
  [
    'a passkey of earlier, with an app of just now',
    withPasskey,
    withSecondFactor(passkey.amr, { method: 'totp' }),
    undefined,
    'step_up_required',
  ],
  ['an app, where there is a passkey and no password', onlyPasskey, app, undefined, 'step_up_required'],
  ['a sign-in, where there is a factor that only a later release knows', onlyLater, app, undefined, 'step_up_required'],
  ['a sign-in that is old, where there is neither', neither, { ...password, ...stale }, undefined, 'step_up_required'],
] as const)('an owner is not proven by %s', async (_, account, principal, given, code) => {
  await expect(prove(account as Partial<Account>, principal, given)).rejects.toMatchObject({ code });
});

it('who holds a session has fifty guesses at the password in 30 days, however often its owner succeeds', async () => {
  const { clock, prove: attempt } = prover(plain, password);
  const codes: string[] = [];
  for (let guess = 0; guess < 60; guess++) {
    clock.advance(3_600_000);
    const authTime = Math.floor(clock() / 1000);
    await attempt('hash', authTime).catch(() => undefined);
    codes.push(
      await attempt('wrong', authTime).then(
        () => 'proven',
        ({ code }) => String(code),
      ),
    );
  }
  expect(codes).toEqual([...Array(50).fill('invalid_credentials'), ...Array(10).fill('rate_limited')]);
});

import { describe, expect, it } from 'vitest';
import { ordinaryLimits } from '../../../../lambdas/contract/limits.ts';
import { routes } from '../../../../lambdas/contract/routes.ts';
import { unavailable } from '../../../../lambdas/core/common/errors.ts';
import { requestPasskey } from '../../../../lambdas/flows/signIn/passkeyRequest.ts';
import { signInWithSecondFactor } from '../../../../lambdas/flows/signIn/signInWithSecondFactor.ts';
import {
  type FactorSignInWorld,
  now,
  reasons,
  recoveryCode,
  setUp,
} from '../../../support/worlds/factorSignInWorld.ts';

describe('a second factor', () => {
  it('that is right starts a session', async () => {
    const world = await setUp();
    const proof = { method: 'totp', code: world.code() } as const;
    const tokens = await signInWithSecondFactor(world.deps, { ...world.request, mfaToken: world.mfaToken(), proof });
    expect(tokens).toMatchObject({ deviceToken: expect.any(String), refreshToken: expect.any(String) });
    const [{ session, used } = {}] = world.started;
    expect(session).toMatchObject({ amr: ['pwd', 'otp', 'mfa'], acr: 'aal2', authTime: now });
    expect(used?.factor).toEqual({ method: 'totp', id: 'app', step: now / 30 });
    expect(used?.singleUses).toMatchObject([{ kind: 'mfa', expiresAt: now + 300 }]);
    expect(world.told()).toEqual(['new-device']);
    expect(reasons(world.events)).toEqual([['sign_in.succeeded', undefined]]);
  });

  it('that was a recovery code is told to its owner', async () => {
    const world = await setUp();
    const proof = { method: 'recovery_code', code: recoveryCode } as const;
    await signInWithSecondFactor(world.deps, {
      ...world.request,
      mfaToken: world.mfaToken(world.knownDevice()),
      proof,
    });
    expect(world.events.map(({ type }) => type)).toEqual(['sign_in.succeeded', 'recovery_code.used']);
    expect(world.told()).toEqual(['recovery-code-used']);
  });

  it.each([
    ['wrong_code', { method: 'totp', code: '000000' }],
    ['wrong_code', { method: 'recovery_code', code: '0000-0000-0000-0000' }],
  ] as const)('that is wrong is recorded as %s: %j', async (reason, proof) => {
    const world = await setUp();
    const attempt = signInWithSecondFactor(world.deps, { ...world.request, mfaToken: world.mfaToken(), proof });
    await expect(attempt).rejects.toMatchObject({ code: 'invalid_credentials', status: 401 });
    expect(reasons(world.events)).toEqual([['sign_in.failed', reason]]);
    expect(world.events[0]?.target).toEqual({ type: 'account', id: world.account.sub });
    expect(world.started).toEqual([]);
  });

  type Known = ReturnType<FactorSignInWorld['knownDevice']>;
  const attempter = (world: FactorSignInWorld) => (code: string, device?: Known) =>
    signInWithSecondFactor(world.deps, {
      ...world.request,
      mfaToken: world.mfaToken(device, Math.floor(world.clock() / 1000)),
      proof: { method: 'totp', code },
    });

  it('is counted by the account, or by the device that it knows', async () => {
    const world = await setUp();
    const attempt = attempter(world);
    for (let count = 0; count < 5; count++) await expect(attempt('000000')).rejects.toThrow('invalid_credentials');
    await expect(attempt(world.code())).rejects.toMatchObject({ code: 'rate_limited', status: 429 });
    await attempt(world.code(), world.knownDevice());
    await attempt(world.code());
  });

  it('on a known device whose count is used up goes the way of unknown ones', async () => {
    const world = await setUp();
    const attempt = attempter(world);
    const known = world.knownDevice();
    for (let count = 0; count < 5; count++) {
      await expect(attempt('000000', known)).rejects.toThrow('invalid_credentials');
    }
    await attempt(world.code(), known);
    expect(world.told()).toEqual(['new-device']);
  });

  it('L22 with a passkey is not refused for the codes that strangers guess who know the password', async () => {
    const world = await setUp();
    const attempt = attempter(world);
    for (let count = 0; count < 6; count++) await attempt('000000').catch(() => undefined);
    const mfaToken = world.mfaToken();
    const credential = world.authenticator.get(await requestPasskey(world.deps, mfaToken));
    await signInWithSecondFactor(world.deps, { ...world.request, mfaToken, proof: { method: 'webauthn', credential } });
    expect(world.started).toHaveLength(1);
  });

  it.each(['', null, undefined])(
    'L31 with a passkey that names nobody (userHandle %j) is accepted',
    async (userHandle) => {
      const world = await setUp();
      const mfaToken = world.mfaToken();
      const { response, ...made } = world.authenticator.get(await requestPasskey(world.deps, mfaToken));
      const credential = { ...made, response: { ...response, userHandle } };
      const body = { mfa_token: mfaToken, method: 'webauthn', credential };
      const { mfa_token: _, ...proof } = routes.loginMfa.input().body.parse(body);
      await signInWithSecondFactor(world.deps, { ...world.request, mfaToken, proof });
      expect(world.started).toHaveLength(1);
    },
  );

  it.each([
    ['from devices that are not known', false],
    ['with the token of a known device', true],
  ])('is guessed by who knows the password no more than its limit in 30 days, %s', async (_, known) => {
    const world = await setUp();
    const device = known ? world.knownDevice() : undefined;
    const attempt = attempter(world);
    const { maximum, windowSeconds } = ordinaryLimits.secondFactorPerMonth;
    let guesses = 0;
    for (let halfDay = 0; halfDay < 58; halfDay++) {
      for (let count = 0; count < 4; count++) {
        const refused = await attempt('000000', device).catch((error) => error.code);
        if (refused === 'invalid_credentials') guesses++;
      }
      await attempt(world.code(), device).catch(() => undefined);
      world.clock.advance(43_200_000);
    }
    expect(windowSeconds).toBe(30 * 86_400);
    // Twice: the limit holds for each of the two windows that these days lie in.
    expect(guesses).toBeLessThanOrEqual(2 * maximum * (known ? 2 : 1));
  });

  it('that is wrong five times is told to the owner, once in 30 days', async () => {
    const world = await setUp();
    const attempt = attempter(world);
    for (let count = 0; count < 4; count++) await attempt('000000').catch(() => undefined);
    await attempt(world.code());
    expect(world.notices).toEqual([]);
    for (let count = 0; count < 4; count++) await attempt('000000').catch(() => undefined);
    expect(world.notices).toMatchObject([{ template: 'wrong-codes', to: world.account.normalizedEmail }]);
  });

  it('is not looked at when nothing can be counted', async () => {
    const world = await setUp();
    const proof = { method: 'totp', code: world.code() } as const;
    const input = { ...world.request, mfaToken: world.mfaToken(), proof };
    const down = () => Promise.reject(unavailable('table is gone'));
    for (const broken of [{ limits: { consume: down } }, { attempts: { count: down } }]) {
      await expect(signInWithSecondFactor({ ...world.deps, ...broken }, input)).rejects.toMatchObject({ status: 503 });
    }
    const attempts = { count: async () => false };
    const refused = signInWithSecondFactor({ ...world.deps, attempts }, input);
    await expect(refused).rejects.toMatchObject({ code: 'invalid_token', status: 400 });
    expect(world.started).toEqual([]);
  });

  it('does not go on with a token that no longer holds', async () => {
    const world = await setUp();
    const input = { ...world.request, mfaToken: world.mfaToken(), proof: { method: 'totp', code: '000000' } as const };
    for (const change of [{ status: 'disabled' }, { sessionEpoch: 1 }, { credentialsChangedAt: 2 }] as const) {
      const account = { ...world.account, ...change };
      const accountsOnDevices = { find: async () => ({ account, pairs: [] }) };
      const attempt = signInWithSecondFactor({ ...world.deps, accountsOnDevices }, input);
      await expect(attempt).rejects.toMatchObject({ code: 'invalid_token' });
    }
    world.clock.advance(300_000);
    await expect(signInWithSecondFactor(world.deps, input)).rejects.toMatchObject({ code: 'invalid_token' });
    expect(world.limits.decisions).toEqual([]);
  });
});

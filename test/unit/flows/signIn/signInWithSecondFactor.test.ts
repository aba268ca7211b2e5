import { describe, expect, it } from 'vitest';
import { unavailable } from '../../../../lambdas/core/common/errors.ts';
import { signInWithSecondFactor } from '../../../../lambdas/flows/signIn/signInWithSecondFactor.ts';

import { now, reasons, recoveryCode, setUp } from '../../../support/worlds/factorSignInWorld.ts';

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
    await signInWithSecondFactor(world.deps, { ...world.request, mfaToken: world.mfaToken('A'.repeat(22)), proof });
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

  it('is counted by the account, or by the device that it knows', async () => {
    const world = await setUp();
    const attempt = (code: string, deviceId?: string) =>
      signInWithSecondFactor(world.deps, {
        ...world.request,
        mfaToken: world.mfaToken(deviceId),
        proof: { method: 'totp', code },
      });
    for (let count = 0; count < 5; count++) await expect(attempt('000000')).rejects.toThrow('invalid_credentials');
    await expect(attempt(world.code())).rejects.toMatchObject({ code: 'rate_limited', status: 429 });
    const known = 'A'.repeat(22);
    await attempt(world.code(), known);
    await attempt(world.code());
    const ofAccount = `${world.account.sub}#${world.account.credentialsChangedAt}`;
    expect(new Set(world.limits.decisions.map(({ key }) => key))).toEqual(new Set([ofAccount, known]));
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
      const accounts = { find: async () => ({ ...world.account, ...change }) };
      const attempt = signInWithSecondFactor({ ...world.deps, accounts }, input);
      await expect(attempt).rejects.toMatchObject({ code: 'invalid_token' });
    }
    world.clock.advance(300_000);
    await expect(signInWithSecondFactor(world.deps, input)).rejects.toMatchObject({ code: 'invalid_token' });
    expect(world.limits.decisions).toEqual([]);
  });
});

import { describe, expect, it } from 'vitest';
import { ordinaryLimits } from '../../../../lambdas/contract/limits.ts';
import { limitFor } from '../../../../lambdas/core/limits/limitSubjects.ts';
import { requestPasskey } from '../../../../lambdas/flows/signIn/passkeyRequest.ts';
import { signInWithPasskey } from '../../../../lambdas/flows/signIn/signInWithPasskey.ts';
import { type FactorSignInWorld, now, reasons, setUp } from '../../../support/worlds/factorSignInWorld.ts';
import { testAccount } from '../../../support/worlds/world.ts';

describe('a passkey alone', () => {
  const credentialOf = async (world: FactorSignInWorld, lies = {}) =>
    world.authenticator.get(await requestPasskey(world.deps, undefined), lies);

  it('signs in, on a known device without a notice', async () => {
    const world = await setUp();
    const { token: deviceToken } = world.knownDevice();
    for (const token of [undefined, deviceToken]) {
      const credential = await credentialOf(world);
      await signInWithPasskey(world.deps, { ...world.request, credential, deviceToken: token });
    }
    expect(world.started.map(({ session }) => session.amr)).toEqual(Array(2).fill(['hwk', 'user', 'mfa']));
    expect(world.started[0]?.used.singleUses).toMatchObject([{ kind: 'webauthn', expiresAt: now + 300 }]);
    expect(world.told()).toEqual(['new-device']);
  });

  it('is limited for itself, although every sign-in is proven', async () => {
    const world = await setUp();
    const { maximum } = ordinaryLimits.provenSignInPerPasskey;
    const signIn = async () =>
      signInWithPasskey(world.deps, {
        ...world.request,
        credential: await credentialOf(world),
        deviceToken: undefined,
      });
    for (let index = 0; index < maximum; index++) await signIn();
    await expect(signIn()).rejects.toMatchObject({ code: 'rate_limited' });
    expect(world.started).toHaveLength(maximum);
  });

  it('L22 is not refused for what strangers do who know the password', async () => {
    const world = await setUp();
    const { maximum } = ordinaryLimits.provenSignInPerAccount;
    for (let index = 0; index < 2 * maximum; index++) {
      await world.limits.consume(limitFor('provenSignInPerAccount', world.account));
      await world.limits.consume(limitFor('secondFactorPerAccount', world.account));
    }
    const credential = await credentialOf(world);
    await signInWithPasskey(world.deps, { ...world.request, credential, deviceToken: undefined });
    expect(world.started).toHaveLength(1);
  });

  it('L23 on a known device is not refused for what strangers do behind the same address', async () => {
    const world = await setUp();
    const { token: deviceToken } = world.knownDevice();
    for (let count = 0; count < 200; count++) {
      await world.limits.consume(limitFor('signInPerAddress', world.request.from));
    }
    const credential = await credentialOf(world);
    const attempt = (token?: string) =>
      signInWithPasskey(world.deps, { ...world.request, credential, deviceToken: token });
    await expect(attempt()).rejects.toMatchObject({ code: 'rate_limited' });
    await attempt(deviceToken);
    expect(world.started).toHaveLength(1);
  });

  it('on a known device whose count is used up goes the way of unknown ones', async () => {
    const world = await setUp();
    const { token: deviceToken, pair, pairId } = world.knownDevice();
    const device = { sub: pair.sub, pairId };
    for (let count = 0; count < 20; count++) await world.limits.consume(limitFor('signInPerDevice', device));
    await signInWithPasskey(world.deps, { ...world.request, credential: await credentialOf(world), deviceToken });
    expect(world.told()).toEqual(['new-device']);
  });

  it.each([
    ['passkey_refused', { userVerified: false }, {}],
    ['passkey_refused', { origin: 'https://evil.example' }, {}],
    ['counter_regressed', { counter: 0 }, {}],
    ['account_disabled', {}, { status: 'disabled' }],
  ] as const)('is refused as %s: %j %j', async (reason, lies, change) => {
    const world = await setUp(change);
    const [, passkey] = (await world.deps.factors.read(world.account.sub)).factors;
    if (passkey?.type === 'webauthn') Object.assign(passkey, { counter: 3 });
    const credential = await credentialOf(world, { counter: 4, ...lies });
    const attempt = signInWithPasskey(world.deps, { ...world.request, credential, deviceToken: undefined });
    await expect(attempt).rejects.toMatchObject({ code: 'invalid_credentials' });
    expect(reasons(world.events)).toEqual([['sign_in.failed', reason]]);
    expect(world.started).toEqual([]);
  });

  it('of a stranger is one event a source and minute', async () => {
    const world = await setUp();
    for (const userHandle of [null, 'AAAA', Buffer.from(testAccount().sub).toString('base64url')]) {
      const credential = await credentialOf(world, { userHandle });
      const attempt = signInWithPasskey(world.deps, { ...world.request, credential, deviceToken: undefined });
      await expect(attempt).rejects.toMatchObject({ code: 'invalid_credentials' });
    }
    expect(new Set(world.events.map(({ event_id }) => event_id)).size).toBe(1);
    expect(world.events[0]).toMatchObject({ actor: { type: 'stranger' }, reason: 'unknown_passkey' });
  });

  it('that is refused is one event an account, reason and minute', async () => {
    const world = await setUp();
    for (let count = 0; count < 3; count++) {
      const credential = await credentialOf(world, { userVerified: false });
      const attempt = signInWithPasskey(world.deps, { ...world.request, credential, deviceToken: undefined });
      await expect(attempt).rejects.toMatchObject({ code: 'invalid_credentials' });
    }
    expect(new Set(world.events.map(({ event_id }) => event_id)).size).toBe(1);
  });

  it('is counted by where it comes from', async () => {
    const world = await setUp();
    const credential = await credentialOf(world, { userHandle: null });
    const attempt = () => signInWithPasskey(world.deps, { ...world.request, credential, deviceToken: undefined });
    for (let count = 0; count < 100; count++) await expect(attempt()).rejects.toThrow('invalid_credentials');
    await expect(attempt()).rejects.toMatchObject({ code: 'rate_limited' });
  });
});

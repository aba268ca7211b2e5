import { randomBytes } from 'node:crypto';
import { generateSync } from 'otplib/functional';
import { describe, expect, it } from 'vitest';
import { createWebAuthn } from '../../../../lambdas/clients/factors/webauthn.ts';
import type { AuditEvent } from '../../../../lambdas/contract/auditEvents.ts';
import type { Account } from '../../../../lambdas/core/accounts/account.ts';
import { unavailable } from '../../../../lambdas/core/common/errors.ts';
import { type Factor, type FactorSet, passkeyId } from '../../../../lambdas/core/factors/factor.ts';
import { makeMfaToken } from '../../../../lambdas/core/factors/mfaToken.ts';
import { hashRecoveryCode } from '../../../../lambdas/core/factors/recoveryCodes.ts';
import { newTotpSecret } from '../../../../lambdas/core/factors/totp.ts';
import { sealSecret } from '../../../../lambdas/core/keys/sealedSecret.ts';
import { encodeDeviceToken } from '../../../../lambdas/core/sessions/deviceToken.ts';
import { beginSession } from '../../../../lambdas/core/sessions/newSession.ts';
import type { Session } from '../../../../lambdas/core/sessions/session.ts';
import type { UsedUp } from '../../../../lambdas/flows/factors/usedFactor.ts';
import type { FactorSignInDeps } from '../../../../lambdas/flows/signIn/completeFactorSignIn.ts';
import { type PasskeyRequestDeps, requestPasskey } from '../../../../lambdas/flows/signIn/passkeyRequest.ts';
import { signInWithPasskey } from '../../../../lambdas/flows/signIn/signInWithPasskey.ts';
import { signInWithSecondFactor } from '../../../../lambdas/flows/signIn/signInWithSecondFactor.ts';
import { type StepUpDeps, stepUp } from '../../../../lambdas/flows/signIn/stepUp.ts';
import { ordinaryLimits } from '../../../../lib/limits.ts';
import { memoryLimits } from '../../../support/fakes/memoryLimits.ts';
import { softAuthenticator } from '../../../support/fakes/softAuthenticator.ts';
import { from, manualClock, settings, testAccount, testMacKey, testSigningKey } from '../../../support/worlds/world.ts';

const password = 'the right password';
const now = 1_800_000_000;
const recoveryCode = '0123-4567-89ab-cdef';

async function setUp(change: Partial<Account> = {}) {
  const clock = manualClock(now * 1000);
  const account = testAccount({ factorMethods: ['totp', 'webauthn'], ...change });
  const key = testMacKey();
  const limits = memoryLimits({ clock });
  const events: AuditEvent[] = [];
  const started: { session: Session; used: UsedUp }[] = [];
  const signingKey = testSigningKey();
  const webauthn = createWebAuthn({ issuer: settings.issuer, allowedOrigins: [] });
  const authenticator = softAuthenticator({ origin: settings.issuer, rpId: new URL(settings.issuer).hostname });
  const secret = newTotpSecret();
  const set: FactorSet = {
    factors: [
      totpOf(account, sealSecret(secret, { sub: account.sub, id: 'app' }, key)),
      await passkeyOf(account, { authenticator, webauthn }),
    ],
    recoveryCodes: new Set([hashRecoveryCode(recoveryCode, account.sub)]),
    revision: 2,
  };
  const { session } = beginSession({
    account,
    authentication: { amr: ['pwd'], acr: 'aal1' },
    from,
    now: now - 1000,
    key,
    settings,
  });
  const write = async (input: { session: Session; used: UsedUp; events: readonly AuditEvent[] }) => {
    started.push(input);
    events.push(...input.events);
    return true;
  };
  const deps: FactorSignInDeps & StepUpDeps & PasskeyRequestDeps = {
    accounts: { find: async (sub) => (sub === account.sub ? account : undefined) },
    factors: {
      read: async (sub) => (sub === account.sub ? set : { factors: [], recoveryCodes: new Set(), revision: 0 }),
    },
    attempts: { count: async () => true },
    sessions: {
      read: async ({ sid }) => (sid === session.sid ? { session, account } : { session: undefined, account }),
    },
    signIns: { start: write, stepUp: write },
    audit: { record: async (event) => void events.push(event) },
    hasher: { verify: async (hash, given) => hash === 'hash' && given === password },
    webauthn,
    limits,
    limitRefunds: limits,
    signingKeys: { current: async () => signingKey },
    refreshKeys: { current: async () => key },
    credentialKeys: { current: async () => key, find: async (kid) => (kid === key.kid ? key : undefined) },
    endPreviousSession: () => Promise.reject(new Error('the browser held no session')),
    settings,
    clock,
  };
  const request = { from, delivery: { by: 'body' as const } };
  return {
    deps,
    account,
    authenticator,
    clock,
    events,
    key,
    limits,
    request,
    started,
    principal: { sub: account.sub, sid: session.sid },
    code: () => generateSync({ secret, epoch: Math.floor(clock() / 1000) }),
    mfaToken: (deviceId?: string) =>
      makeMfaToken({ account, device: deviceId === undefined ? undefined : { deviceId }, nowSeconds: now, key }),
    told: () => started.flatMap(({ used }) => used.notices.map(({ template }) => template)),
  };
}

function totpOf({ sub }: Account, sealedSecret: string): Factor {
  return { sub, id: 'app', type: 'totp', name: 'App', createdAt: 1, sealedSecret, lastStep: 0 };
}

async function passkeyOf(
  { sub }: Account,
  made: { authenticator: ReturnType<typeof softAuthenticator>; webauthn: ReturnType<typeof createWebAuthn> },
): Promise<Factor> {
  const challenge = new Uint8Array(randomBytes(32));
  const options = await made.webauthn.creationOptions({ challenge, user: { sub, name: 'ada' }, exclude: [] });
  const record = await made.webauthn.verifyAttestation({
    credential: made.authenticator.create(options),
    knowsChallenge: async () => true,
  });
  if (!record) throw new Error('no credential');
  return { sub, id: passkeyId(record.credentialId), type: 'webauthn', name: 'Key', createdAt: 1, ...record };
}

const reasons = (events: readonly AuditEvent[]) => events.map(({ type, reason }) => [type, reason]);

describe('a second factor', () => {
  it('that is right starts a session, uses code and token up, and tells of the new device', async () => {
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

  it('that was a recovery code is recorded, and its owner told', async () => {
    const world = await setUp();
    const proof = { method: 'recovery_code', code: recoveryCode } as const;
    await signInWithSecondFactor(world.deps, { ...world.request, mfaToken: world.mfaToken('A'.repeat(22)), proof });
    expect(world.events.map(({ type }) => type)).toEqual(['sign_in.succeeded', 'recovery_code.used']);
    expect(world.told()).toEqual(['recovery-code-used']);
  });

  it.each([
    ['wrong_code', { method: 'totp', code: '000000' }],
    ['wrong_code', { method: 'recovery_code', code: '0000-0000-0000-0000' }],
  ] as const)('that is wrong is recorded as %s, and starts nothing: %j', async (reason, proof) => {
    const world = await setUp();
    const attempt = signInWithSecondFactor(world.deps, { ...world.request, mfaToken: world.mfaToken(), proof });
    await expect(attempt).rejects.toMatchObject({ code: 'invalid_credentials', status: 401 });
    expect(reasons(world.events)).toEqual([['sign_in.failed', reason]]);
    expect(world.events[0]?.target).toEqual({ type: 'account', id: world.account.sub });
    expect(world.started).toEqual([]);
  });

  it('is counted before it is looked at, by the account or by the device it knows; only failures stay counted', async () => {
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

  it('does not go on with a token that has expired, or of an account that has changed', async () => {
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

describe('a passkey alone', () => {
  const credentialOf = async (world: Awaited<ReturnType<typeof setUp>>, lies = {}) =>
    world.authenticator.get(await requestPasskey(world.deps, undefined), lies);

  it('signs in, on a known device without a notice', async () => {
    const world = await setUp();
    const deviceToken = encodeDeviceToken(
      { sub: world.account.sub, deviceId: 'A'.repeat(22), issuedAt: now },
      world.key,
    );
    for (const token of [undefined, deviceToken]) {
      const credential = await credentialOf(world);
      await signInWithPasskey(world.deps, { ...world.request, credential, deviceToken: token });
    }
    expect(world.started.map(({ session }) => session.amr)).toEqual(Array(2).fill(['hwk', 'user', 'mfa']));
    expect(world.started[0]?.used.singleUses).toMatchObject([{ kind: 'webauthn', expiresAt: now + 300 }]);
    expect(world.told()).toEqual(['new-device']);
  });

  it('is limited for the account, although every sign-in is proven', async () => {
    const world = await setUp();
    const { maximum } = ordinaryLimits.provenSignInPerAccount;
    for (let index = 0; index < maximum; index++) {
      await signInWithPasskey(world.deps, {
        ...world.request,
        credential: await credentialOf(world),
        deviceToken: undefined,
      });
    }
    const beyond = signInWithPasskey(world.deps, {
      ...world.request,
      credential: await credentialOf(world),
      deviceToken: undefined,
    });
    await expect(beyond).rejects.toMatchObject({ code: 'rate_limited' });
    expect(world.started).toHaveLength(maximum);
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

  it('of a stranger is one event a source and minute, which names nobody', async () => {
    const world = await setUp();
    for (const userHandle of [null, 'AAAA', Buffer.from(testAccount().sub).toString('base64url')]) {
      const credential = await credentialOf(world, { userHandle });
      const attempt = signInWithPasskey(world.deps, { ...world.request, credential, deviceToken: undefined });
      await expect(attempt).rejects.toMatchObject({ code: 'invalid_credentials' });
    }
    expect(new Set(world.events.map(({ event_id }) => event_id)).size).toBe(1);
    expect(world.events[0]).toMatchObject({ actor: { type: 'stranger' }, reason: 'unknown_passkey' });
  });

  it('is counted by where it comes from', async () => {
    const world = await setUp();
    const credential = await credentialOf(world, { userHandle: null });
    const attempt = () => signInWithPasskey(world.deps, { ...world.request, credential, deviceToken: undefined });
    for (let count = 0; count < 100; count++) await expect(attempt()).rejects.toThrow('invalid_credentials');
    await expect(attempt()).rejects.toMatchObject({ code: 'rate_limited' });
  });
});

describe('a step-up', () => {
  const by = async (proof: Parameters<typeof stepUp>[1]['proof'], change: Partial<Session> = {}) => {
    const world = await setUp();
    const sessions = {
      read: async (key: { sub: string; sid: string }) => {
        const { session, account } = await world.deps.sessions.read(key);
        return { session: session && { ...session, ...change }, account };
      },
    };
    const { principal } = world;
    return { world, result: stepUp({ ...world.deps, sessions }, { principal, proof, from }) };
  };

  it.each([
    ['a password, to aal1', { method: 'password', password }, {}, ['pwd'], 'aal1'],
    ['a password, down from aal2', { method: 'password', password }, { acr: 'aal2' }, ['pwd'], 'aal1'],
    ['a recovery code', { method: 'recovery_code', code: recoveryCode }, {}, ['pwd', 'otp', 'mfa'], 'aal2'],
  ] as const)('by %s', async (_, proof, change, amr, acr) => {
    const { world, result } = await by(proof, change);
    const tokens = await result;
    expect(tokens).not.toHaveProperty('refresh_token');
    const [{ session } = {}] = world.started;
    expect(session).toMatchObject({ sid: world.principal.sid, amr, acr, authTime: now });
    expect(world.started).toMatchObject([{ credentialsChangedAt: world.account.credentialsChangedAt }]);
    expect(world.events[0]).toMatchObject({ type: 'step_up.succeeded', details: { acr, amr: amr.join(' ') } });
  });

  it.each([
    ['wrong_password', { method: 'password', password: 'another' }],
    ['wrong_code', { method: 'totp', code: '000000' }],
  ] as const)('that fails as %s is recorded, and changes nothing', async (reason, proof) => {
    const { world, result } = await by(proof);
    await expect(result).rejects.toMatchObject({ code: 'invalid_credentials' });
    expect(reasons(world.events)).toEqual([['step_up.failed', reason]]);
    expect(world.started).toEqual([]);
    expect(world.limits.decisions).toEqual([{ limit: 'stepUpPerSession', key: world.principal.sid }]);
  });

  it.each([{ status: 'revoked' }, { idleExpiresAt: now }, { epoch: 9 }] as const)(
    'of a session that is over is refused: %j',
    async (change) => {
      const { world, result } = await by({ method: 'password', password }, change);
      await expect(result).rejects.toMatchObject({ code: 'invalid_token' });
      expect(world.started).toEqual([]);
    },
  );
});

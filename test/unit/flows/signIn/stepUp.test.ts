import { describe, expect, it } from 'vitest';
import { limitFor } from '../../../../lambdas/core/limits/limitSubjects.ts';
import type { Session } from '../../../../lambdas/core/sessions/session.ts';
import type { StepUpProof } from '../../../../lambdas/flows/signIn/countStepUp.ts';
import { requestPasskey } from '../../../../lambdas/flows/signIn/passkeyRequest.ts';
import { stepUp } from '../../../../lambdas/flows/signIn/stepUp.ts';
import type { Lies } from '../../../support/fakes/softAuthenticator.ts';
import {
  type FactorSignInWorld,
  now,
  password,
  reasons,
  recoveryCode,
  setUp,
} from '../../../support/worlds/factorSignInWorld.ts';
import { from } from '../../../support/worlds/world.ts';

describe('a step-up', () => {
  const by = async (proof: StepUpProof, change: Partial<Session> = {}) => {
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

  describe('by a security key that does not verify its user', () => {
    const withKey = async (change: Partial<Session>, askedBy: 'mfa_token' | 'nothing', lies: Lies = {}) => {
      const world = await setUp();
      const { session, account } = await world.deps.sessions.read(world.principal);
      const sessions = { read: async () => ({ session: session && { ...session, ...change }, account }) };
      const options = await requestPasskey(world.deps, askedBy === 'mfa_token' ? world.mfaToken() : undefined);
      const credential = world.authenticator.get(options, { userVerified: false, ...lies });
      const proof = { method: 'webauthn', credential } as const;
      const { principal } = world;
      return { world, options, result: stepUp({ ...world.deps, sessions }, { principal, proof, from }) };
    };
    const long = { authTime: now - 3600, amr: ['pwd', 'hwk', 'mfa'], acr: 'aal2' };

    it('is one after the password, by which an mfa_token names the account’s own credentials', async () => {
      const { world, options, result } = await withKey(long, 'mfa_token', { userHandle: '' });
      expect(options).toMatchObject({
        allowCredentials: [{ id: world.authenticator.id }],
        userVerification: 'preferred',
      });
      await result;
      expect(world.started[0]?.session).toMatchObject({ amr: ['pwd', 'hwk', 'mfa'], acr: 'aal2', authTime: now });
    });

    it.each([
      ['the password of just now, without an mfa_token', { authTime: now, amr: ['pwd'], acr: 'aal1' }],
      ['a factor of just now', { ...long, authTime: now }],
      ['a passkey of just now', { authTime: now, amr: ['hwk', 'user', 'mfa'], acr: 'aal2' }],
    ])('is none after %s', async (_, change) => {
      const { world, result } = await withKey(change, 'nothing');
      await expect(result).rejects.toMatchObject({ code: 'invalid_credentials' });
      expect(reasons(world.events)).toEqual([['step_up.failed', 'passkey_refused']]);
    });

    it('L31 is none in a frame of another origin', async () => {
      const { result } = await withKey(long, 'mfa_token', { crossOrigin: true });
      await expect(result).rejects.toMatchObject({ code: 'invalid_credentials' });
    });
  });

  it.each([
    ['wrong_password', { method: 'password', password: 'another' }, []],
    ['wrong_code', { method: 'totp', code: '000000' }, ['secondFactorPerMonth', 'wrongCodesPerAccount']],
  ] as const)('that fails as %s is recorded', async (reason, proof, more) => {
    const { world, result } = await by(proof);
    await expect(result).rejects.toMatchObject({ code: 'invalid_credentials' });
    expect(reasons(world.events)).toEqual([['step_up.failed', reason]]);
    expect(world.started).toEqual([]);
    const { sid: key } = world.principal;
    expect(world.limits.decisions).toEqual([
      { limit: 'stepUpPerSession', key },
      { limit: 'stepUpPerMonth', key },
      ...more.map((limit) => limitFor(limit, world.account)),
    ]);
  });

  describe('by wrong codes', () => {
    const wrong = { method: 'totp', code: '000000' } as const;

    /** Sends wrong codes from sessions that are new each time, all on this device. */
    const guess = async (times: number, device?: Session['device']) => {
      const world = await setUp();
      const answers: unknown[] = [];
      for (let n = 0; n < times; n++) {
        const { session, account } = await world.deps.sessions.read(world.principal);
        const sid = `${'S'.repeat(20)}${String(n).padStart(2, '0')}0`;
        const sessions = { read: async () => ({ session: session && { ...session, sid, device }, account }) };
        const asked = stepUp(
          { ...world.deps, sessions },
          { principal: { ...world.principal, sid }, proof: wrong, from },
        );
        answers.push(
          await asked.then(
            () => 'done',
            (error: { code: string }) => error.code,
          ),
        );
      }
      return { world, answers };
    };

    it('is bounded over 30 days in however many sessions', async () => {
      const { world, answers } = await guess(60);
      expect(answers.filter((code) => code === 'invalid_credentials')).toHaveLength(50);
      expect(answers.slice(50)).toEqual(Array.from({ length: 10 }, () => 'rate_limited'));
      const decision = limitFor('secondFactorPerMonth', world.account);
      expect(await world.limits.consume(decision)).toMatchObject({ admitted: false });
    });

    it('is told to the owner, once', async () => {
      const { world } = await guess(12);
      expect(world.notices.map(({ template }) => template)).toEqual(['wrong-codes']);
    });

    it('leaves a known device its own count', async () => {
      const { world } = await guess(60);
      const { pair } = world.knownDevice();
      const { session, account } = await world.deps.sessions.read(world.principal);
      const device = { hash: pair.device, known: true };
      const sessions = { read: async () => ({ session: session && { ...session, device }, account }) };
      const proof = { method: 'totp', code: world.code() } as const;
      await stepUp({ ...world.deps, sessions }, { principal: world.principal, proof, from });
      expect(world.started).toHaveLength(1);
    });
  });

  describe('by a passkey', () => {
    const assertion = async (world: FactorSignInWorld, lies: Lies = {}) => {
      const options = await requestPasskey(world.deps, undefined);
      return { method: 'webauthn', credential: world.authenticator.get(options, lies) } as const;
    };

    it('goes through after a stolen access token sent a hundred that are refused', async () => {
      const world = await setUp();
      const { principal } = world;
      for (let n = 0; n < 100; n++) {
        const proof = await assertion(world, { crossOrigin: true });
        await expect(stepUp(world.deps, { principal, proof, from })).rejects.toMatchObject({
          code: 'invalid_credentials',
        });
      }
      expect(new Set(world.events.map(({ event_id }) => event_id)).size).toBe(1);
      await stepUp(world.deps, { principal, proof: await assertion(world), from });
      expect(world.started).toHaveLength(1);
    });

    it.each([
      ['guesses at the password', 'another', 10],
      ['right passwords', password, 60],
    ])('goes through after %s have used up the session', async (_, tried, times) => {
      const world = await setUp();
      const { principal } = world;
      const proof = { method: 'password', password: tried } as const;
      for (let n = 0; n < times; n++) await stepUp(world.deps, { principal, proof, from }).catch(() => undefined);
      await expect(stepUp(world.deps, { principal, proof, from })).rejects.toMatchObject({ code: 'rate_limited' });
      await stepUp(world.deps, { principal, proof: await assertion(world), from });
    });
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

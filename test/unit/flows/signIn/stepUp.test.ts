import { describe, expect, it } from 'vitest';
import type { Session } from '../../../../lambdas/core/sessions/session.ts';
import { type StepUpProof, stepUp } from '../../../../lambdas/flows/signIn/stepUp.ts';
import { now, password, reasons, recoveryCode, setUp } from '../../../support/worlds/factorSignInWorld.ts';
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

  it.each([
    ['wrong_password', { method: 'password', password: 'another' }],
    ['wrong_code', { method: 'totp', code: '000000' }],
  ] as const)('that fails as %s is recorded', async (reason, proof) => {
    const { world, result } = await by(proof);
    await expect(result).rejects.toMatchObject({ code: 'invalid_credentials' });
    expect(reasons(world.events)).toEqual([['step_up.failed', reason]]);
    expect(world.started).toEqual([]);
    const { sid: key } = world.principal;
    expect(world.limits.decisions).toEqual([
      { limit: 'stepUpPerSession', key },
      { limit: 'stepUpPerMonth', key },
    ]);
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

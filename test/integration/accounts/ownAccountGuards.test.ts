import { expect, it } from 'vitest';
import type { Session } from '../../../lambdas/core/sessions/session.ts';
import { deleteOwnAccount } from '../../../lambdas/flows/accounts/deleteOwnAccount.ts';
import { requestEmailChange } from '../../../lambdas/flows/accounts/requestEmailChange.ts';
import { testEvent } from '../../support/worlds/auditWorld.ts';
import { ownAccountContract } from '../../support/worlds/ownAccountBench.ts';
import { from } from '../../support/worlds/world.ts';

ownAccountContract((bench) => {
  const { clock, deps, change, requestChange, newAccount, startSession, principalOf, jobs } = bench;

  it('a change of password or address needs a sign-in that is fresh and strong', async () => {
    const [plain, strong] = [await newAccount(), await newAccount({ factorMethods: ['totp'] })];
    const stale = principalOf(await startSession(plain), { authTime: Math.floor(clock() / 1000) - 301 });
    const weak = principalOf(await startSession(strong));
    for (const principal of [stale, weak]) {
      const refusal = { code: 'step_up_required', status: 403 };
      await expect(change(principal)).rejects.toMatchObject(refusal);
      await expect(requestChange(principal, 'new@example.com')).rejects.toMatchObject(refusal);
    }
    await change(principalOf(await startSession(strong), { acr: 'aal2' }));
  });

  it('whose session has ended changes nothing, though the access token still passes', async () => {
    const ends = {
      alone: ({ sub, sid }: Session) => bench.world.revocation.revoke({ sub, sid, nowMs: clock(), event: testEvent() }),
      'with all': ({ sub }: Session) =>
        bench.world.revocation.revokeEverywhere({ sub, nowMs: clock(), event: testEvent() }),
    };
    for (const [name, end] of Object.entries(ends)) {
      const account = await newAccount();
      const session = await startSession(account);
      expect(await end(session), name).toBe(true);
      const [written, asked] = [await jobs(), requestChange(principalOf(session), `${account.sub}@thief.example`)];
      await expect(asked, name).rejects.toMatchObject({ code: 'invalid_token', status: 401 });
      await expect(change(principalOf(session)), name).rejects.toMatchObject({ code: 'invalid_token', status: 401 });
      expect(await jobs(), name).toEqual(written);
      expect(await bench.world.accounts.find(account.sub), name).toMatchObject({ passwordHash: account.passwordHash });
    }
  });

  it('L25 a stolen access token alone changes no address and deletes no account', async () => {
    const account = await newAccount();
    const thief = principalOf(await startSession(account));
    const erasing = { ...deps(), erasure: neverErased, traces: {} };
    for (const [currentPassword, refusal] of [
      [undefined, { code: 'step_up_required', status: 403 }],
      ['a guess at the password', { code: 'invalid_credentials', status: 401 }],
    ] as const) {
      const asked = requestEmailChange({ ...deps(), emailChanges: bench.world.emailChangeRequests }, thief, {
        newEmail: `${account.sub}@thief.example`,
        currentPassword,
        from,
      });
      await expect(asked).rejects.toMatchObject(refusal);
      await expect(deleteOwnAccount(erasing, thief, { currentPassword, from })).rejects.toMatchObject(refusal);
    }
    expect((await jobs()).filter(({ to }) => to === account.email)).toEqual([]);
    expect(await bench.world.accounts.find(account.sub)).toEqual(account);
  });
});

const never = () => Promise.reject(new Error('erased'));
const neverErased = { begin: never, finish: never };

import { expect, it } from 'vitest';
import type { PasswordChange } from '../../../lambdas/core/passwords/ports.ts';
import { setCredentialsChangedAt } from '../../support/database/credentials.ts';
import { ownAccountContract } from '../../support/worlds/ownAccountBench.ts';

ownAccountContract((bench) => {
  const { clock, change, newAccount, startSession, principalOf, active, eventsOf, jobs } = bench;

  it('a new password ends 60 sessions with their tokens: all but its own', async () => {
    const account = await newAccount();
    const own = await startSession(account);
    const others = await Promise.all(Array.from({ length: 60 }, () => startSession(account)));
    let left: string[] = [];
    const observed = {
      ...bench.world.changes,
      change: async (input: PasswordChange) => {
        const outcome = await bench.world.changes.change(input);
        left = await active(account.sub);
        return outcome;
      },
    };
    await change(principalOf(own), undefined, undefined, { changes: observed });
    expect(left, 'with the change itself, whatever comes after it').toEqual([own.sid]);
    const revoked = (await bench.database.items('Revocations')).map(({ value }) => value);
    expect(others.filter(({ sid }) => !revoked.includes(sid))).toEqual([]);
    expect(revoked).not.toContain(own.sid);
    expect(await bench.world.accounts.find(account.sub)).toMatchObject({
      passwordHash: '#an entirely new password',
      sessionEpoch: account.sessionEpoch,
      credentialsChangedAt: Math.floor(clock() / 1000),
    });
    expect(await eventsOf(account.sub, 'password.changed')).toMatchObject([{ outcome: 'success' }]);
    const notices = (await jobs()).filter(
      ({ to, template }) => to === account.email && template === 'password-changed',
    );
    expect(notices).toHaveLength(1);
  });

  it('a session that begins while the password is changed ends as well', async () => {
    const account = await newAccount();
    const own = await startSession(account);
    const late = {
      ...bench.world.changes,
      change: async (input: PasswordChange) => {
        await startSession(account);
        return bench.world.changes.change(input);
      },
    };
    await change(principalOf(own), undefined, undefined, { changes: late });
    expect(await active(account.sub)).toEqual([own.sid]);
  });

  it('is no change when the credentials have changed since the account was read', async () => {
    const account = await newAccount();
    const own = await startSession(account);
    const late = {
      ...bench.world.changes,
      change: async (input: PasswordChange) => {
        await setCredentialsChangedAt(bench.database, account.sub, account.credentialsChangedAt + 1);
        return bench.world.changes.change(input);
      },
    };
    const changed = change(principalOf(own), undefined, undefined, { changes: late });
    await expect(changed).rejects.toMatchObject({ code: 'conflict' });
    expect(await bench.world.accounts.find(account.sub)).toMatchObject({ passwordHash: account.passwordHash });
  });

  it('of ten changes at once one holds', async () => {
    const account = await newAccount();
    const principal = principalOf(await startSession(account));
    const results = await Promise.allSettled(
      Array.from({ length: 10 }, (_, index) => change(principal, `an entirely new password ${index}`)),
    );
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await eventsOf(account.sub, 'password.changed')).toHaveLength(1);
  });

  it('a wrong current password changes nothing but the record of refusals', async () => {
    const account = await newAccount();
    const [own, other] = [await startSession(account), await startSession(account)];
    await expect(change(principalOf(own), undefined, 'not the right password')).rejects.toMatchObject({
      code: 'invalid_credentials',
    });
    expect((await active(account.sub)).sort()).toEqual([own.sid, other.sid].sort());
    expect(await eventsOf(account.sub, 'password.refused')).toMatchObject([{ outcome: 'failure' }]);
  });
});

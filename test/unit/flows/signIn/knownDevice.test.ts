import { describe, expect, it } from 'vitest';
import type { SignInRequest } from '../../../../lambdas/flows/signIn/signIn.ts';
import { attempt, right, setUp } from '../../../support/worlds/signInWorld.ts';
import { from, testAccount } from '../../../support/worlds/world.ts';

describe('a known device', () => {
  const account = testAccount();

  async function signedInOn(setting: ReturnType<typeof setUp>, change: Partial<SignInRequest> = {}): Promise<string> {
    return String((await attempt(setting.deps, account.email, right, change)).deviceToken);
  }

  it('L05 signs in while strangers are refused', async () => {
    const setting = setUp(account);
    const deviceToken = await signedInOn(setting);
    for (let index = 0; index < 200; index++) {
      await attempt(setting.deps, account.email, 'wrong', { from: { ...from, ip: `198.51.100.${index}` } }).catch(
        () => 0,
      );
    }
    await expect(attempt(setting.deps, account.email, right)).rejects.toMatchObject({ code: 'rate_limited' });
    setting.work.length = 0;
    await attempt(setting.deps, account.email, right, { deviceToken });
    expect(setting.work).toEqual(['find', 'signInPerDevice', 'hash', 'rehash', 'provenSignInPerAccount', 'start']);
  });

  it('lets new ones in again', async () => {
    const setting = setUp(account);
    const deviceToken = await signedInOn(setting);
    for (let index = 0; index < 11; index++) {
      const elsewhere = { from: { ...from, ip: `198.51.100.${index}` } };
      await attempt(setting.deps, account.email, 'wrong', elsewhere).catch(() => undefined);
    }
    await expect(attempt(setting.deps, account.email, right)).rejects.toMatchObject({ code: 'rate_limited' });
    await attempt(setting.deps, account.email, right, { deviceToken });
    await attempt(setting.deps, account.email, right);
  });

  it('guesses no more than anybody', async () => {
    const setting = setUp(account);
    const deviceToken = await signedInOn(setting);
    for (let index = 0; index < 10; index++) {
      await expect(attempt(setting.deps, account.email, 'wrong', { deviceToken })).rejects.toThrow(
        'invalid_credentials',
      );
    }
    const refused = attempt(setting.deps, account.email, right, { deviceToken });
    await expect(refused).rejects.toMatchObject({ code: 'rate_limited', retryAfterSeconds: 7 });
  });

  it('is known to the account it signed in to alone', async () => {
    const setting = setUp(account);
    const deviceToken = await signedInOn(setting);
    setting.work.length = 0;
    await attempt(setting.deps, 'other@example.com', 'wrong', { deviceToken }).catch(() => undefined);
    expect(setting.work).toContain('signInPerAddress');
    expect(setting.work).not.toContain('signInPerDevice');
  });

  it('is the only one that causes no mail', async () => {
    const setting = setUp(account);
    const deviceToken = await signedInOn(setting);
    const next = await signedInOn(setting, { deviceToken });
    expect(setting.notices).toEqual([
      {
        jobId: expect.any(String),
        to: account.normalizedEmail,
        expiresAt: 1_800_086_400,
        template: 'new-device',
        at: 1_800_000_000,
        ip: from.ip,
        userAgent: 'test',
      },
      undefined,
    ]);
    expect(next.split('.')[3]).toBe(deviceToken.split('.')[3]);
  });

  it('is a stranger’s after a change in the second of its sign-in', async () => {
    const setting = setUp(account);
    const before = await signedInOn(setting);
    const changed = { ...account, credentialsChangedAt: 1_800_000_000 };
    const deps = { ...setting.deps, accounts: { findByEmail: async () => changed } };
    setting.work.length = 0;
    const { deviceToken } = await attempt(deps, account.email, right, { deviceToken: before });
    expect(setting.work).not.toContain('signInPerDevice');
    setting.work.length = 0;
    await attempt(deps, account.email, right, { deviceToken });
    expect(setting.work).toContain('signInPerDevice');
  });

  it('is a stranger’s once the password has changed', async () => {
    const setting = setUp(account);
    const deviceToken = await signedInOn(setting);
    const changed = { ...account, credentialsChangedAt: 1_800_000_001 };
    const deps = { ...setting.deps, accounts: { findByEmail: async () => changed } };
    setting.clock.advance(2000);
    setting.work.length = 0;
    await attempt(deps, account.email, right, { deviceToken });
    expect(setting.work).toContain('signInPerAccount');
  });
});

import { describe, expect, it } from 'vitest';
import { withDeviceToken } from '../../../../lambdas/core/sessions/deviceToken.ts';
import type { SignInRequest } from '../../../../lambdas/flows/signIn/signIn.ts';
import { attempt, counted, right, setUp } from '../../../support/worlds/signInWorld.ts';
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
    expect(setting.work).toEqual(['find', 'signInPerDevice', 'hash', 'rehash', 'provenSignInPerDevice', 'start']);
  });

  it('tells a stranger nothing by its success', async () => {
    const setting = setUp(account);
    const deviceToken = await signedInOn(setting);
    for (let index = 0; index < 11; index++) {
      const elsewhere = { from: { ...from, ip: `198.51.100.${index}` } };
      await attempt(setting.deps, account.email, 'wrong', elsewhere).catch(() => undefined);
    }
    await attempt(setting.deps, account.email, right, { deviceToken });
    await expect(attempt(setting.deps, account.email, 'wrong')).rejects.toMatchObject({ code: 'rate_limited' });
  });

  it('whose count is used up goes the way of unknown ones, and gets an id of its own again', async () => {
    const setting = setUp(account);
    const deviceToken = await signedInOn(setting);
    const id = (token: string) => token.split('.')[3];
    const wrong = (ip: string) =>
      attempt(setting.deps, account.email, 'wrong', { deviceToken, from: { ...from, ip } }).catch(() => undefined);
    for (let index = 0; index < 10; index++) await wrong('198.51.100.1');
    setting.work.length = 0;
    const next = await signedInOn(setting, { deviceToken });
    expect(setting.work.slice(0, 6)).toEqual(['find', 'signInPerDevice', ...counted, 'hash']);
    expect(setting.notices.at(-1)?.template).toBe('new-device');
    expect(id(next)).not.toBe(id(deviceToken));
    for (let index = 0; index < 20; index++) await wrong(`198.51.100.${index}`);
    setting.work.length = 0;
    await signedInOn(setting, { deviceToken: next });
    expect(setting.work.slice(0, 3)).toEqual(['find', 'signInPerDevice', 'hash']);
  });

  it('guesses no more than anybody', async () => {
    const setting = setUp(account);
    const deviceToken = await signedInOn(setting);
    for (let index = 0; index < 20; index++) {
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

  it('L29 that two accounts take turns on is told of to each once, and known to both afterwards', async () => {
    const other = testAccount();
    const { deps, notices, clock } = setUp(account);
    const both = {
      ...deps,
      rehash: async () => undefined,
      accounts: {
        findByEmail: async (email: string) => [account, other].find((one) => one.normalizedEmail === email),
      },
    };
    let held: string | undefined;
    for (const { email } of [account, other, account, other, account]) {
      const { deviceToken } = await attempt(both, email, right, { deviceToken: held });
      held = withDeviceToken(String(deviceToken), held);
      clock.advance(1000);
    }
    const told = notices.map((notice) => notice?.to);
    expect(told).toEqual([account.normalizedEmail, other.normalizedEmail, undefined, undefined, undefined]);
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

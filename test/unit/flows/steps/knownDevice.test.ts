import { describe, expect, it } from 'vitest';
import type { SignInRequest } from '../../../../lambdas/flows/signIn/signIn.ts';
import { earlierDeviceToken } from '../../../support/fakes/memoryDevices.ts';
import { attempt, counted, findingByEmail, right, setUp, setUpSeveral } from '../../../support/worlds/signInWorld.ts';
import { from, testAccount } from '../../../support/worlds/world.ts';

/** Of whoever signs in on a device that the account knows: all attempts, and the right ones. */
const countedOnDevice = ['signInPerDevice', 'provenSignInPerDevice'];

describe('a known device', () => {
  const account = testAccount();
  const id = (token: string) => token.split('.')[1];

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
    expect(setting.work).toEqual(['address', 'account', ...countedOnDevice, 'hash', 'rehash', 'start']);
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
    const wrong = (ip: string) =>
      attempt(setting.deps, account.email, 'wrong', { deviceToken, from: { ...from, ip } }).catch(() => undefined);
    for (let index = 0; index < 10; index++) await wrong('198.51.100.1');
    setting.work.length = 0;
    const next = await signedInOn(setting, { deviceToken });
    expect(setting.work.slice(0, 7)).toEqual(['address', 'account', 'signInPerDevice', ...counted, 'hash']);
    expect(setting.notices.at(-1)?.template).toBe('new-device');
    expect(id(next)).not.toBe(id(deviceToken));
    for (let index = 0; index < 20; index++) await wrong(`198.51.100.${index}`);
    setting.work.length = 0;
    await signedInOn(setting, { deviceToken: next });
    expect(setting.work.slice(0, 5)).toEqual(['address', 'account', ...countedOnDevice, 'hash']);
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

  /** Sign-ins of several accounts in one browser. */
  function inOneBrowser(count: number) {
    const setting = setUpSeveral(count);
    const { accounts, deps } = setting;
    let held: string | undefined;
    const signIn = async (one: number) => {
      const { deviceToken } = await attempt(deps, String(accounts[one]?.email), right, { deviceToken: held });
      held = String(deviceToken);
      setting.clock.advance(1000);
      return setting.notices.at(-1) !== undefined;
    };
    return { ...setting, signIn, held: () => String(held) };
  }

  it('L29 that two accounts take turns on is told of to each once, and known to both afterwards', async () => {
    const { signIn, accounts, notices, held, devices } = inOneBrowser(2);
    const ids = new Set<string | undefined>();
    for (const one of [0, 1, 0, 1, 0]) {
      await signIn(one);
      ids.add(id(held()));
    }
    const told = notices.map((notice) => notice?.to);
    expect(told).toEqual([accounts[0]?.normalizedEmail, accounts[1]?.normalizedEmail, undefined, undefined, undefined]);
    expect(ids.size).toBe(1);
    expect(new Set([...devices.pairs.values()].map(({ device }) => device)).size).toBe(1);
  });

  it('L29 is known to sixteen accounts that take turns on it', async () => {
    const { signIn } = inOneBrowser(16);
    const all = Array.from({ length: 16 }, (_, index) => index);
    for (const one of all) expect(await signIn(one)).toBe(true);
    for (const one of all) expect(await signIn(one)).toBe(false);
  });

  it('L29 shares no count with another account on it', async () => {
    const { signIn, deps, accounts, held, work } = inOneBrowser(2);
    await signIn(0);
    await signIn(1);
    for (let index = 0; index < 30; index++) {
      const deviceToken = held();
      await attempt(deps, String(accounts[0]?.email), 'wrong', { deviceToken }).catch(() => undefined);
    }
    work.length = 0;
    expect(await signIn(1)).toBe(false);
    expect(work.slice(0, 3)).toEqual([...countedOnDevice, 'hash']);
  });

  it('is not that of who planted its id in the browser', async () => {
    const setting = inOneBrowser(2);
    await setting.signIn(0);
    const planted = setting.held();
    await setting.signIn(1);
    expect(id(setting.held())).toBe(id(planted));
    setting.work.length = 0;
    const victim = String(setting.accounts[1]?.email);
    await attempt(setting.deps, victim, 'wrong', { deviceToken: planted }).catch(() => undefined);
    expect(setting.work).toEqual([...counted, 'hash', 'record']);
    // Not even with the password does the planter take the owner's place.
    await attempt(setting.deps, victim, right, { deviceToken: planted });
    await attempt(setting.deps, victim, right, { deviceToken: planted });
    expect(setting.notices.at(-1)?.to).toBe(victim);
    expect(await setting.signIn(1)).toBe(false);
  });

  it('by its id alone is nobody’s', async () => {
    const setting = setUp(account);
    const [version, only] = (await signedInOn(setting)).split('.');
    setting.work.length = 0;
    await signedInOn(setting, { deviceToken: `${version}.${only}` });
    expect(setting.work).toContain('signInPerAddress');
    expect(setting.notices.at(-1)?.template).toBe('new-device');
  });

  it('F34 of the release before is known, and gets a token of this one, with one id for all accounts', async () => {
    const setting = inOneBrowser(2);
    const now = Math.floor(setting.clock() / 1000);
    const key = await setting.deps.credentialKeys.current();
    const [first, second] = setting.accounts.map(({ sub }) => earlierDeviceToken(sub, now, key));
    let held = `${first}~${second}`;
    const ids: (string | undefined)[] = [];
    for (const one of [0, 1, 0, 1]) {
      setting.work.length = 0;
      const email = String(setting.accounts[one]?.email);
      held = String((await attempt(setting.deps, email, right, { deviceToken: held })).deviceToken);
      expect(setting.work[0]).toBe('signInPerDevice');
      ids.push(id(held));
    }
    expect(setting.notices).toEqual([undefined, undefined, undefined, undefined]);
    expect(new Set(ids).size).toBe(1);
    expect(held).not.toContain('~');
  });

  it('is forgotten 180 days after its last sign-in', async () => {
    const setting = setUp(account);
    let deviceToken = await signedInOn(setting);
    for (const [days, known] of [
      [179, true],
      [179, true],
      [180, false],
    ] as const) {
      setting.clock.advance(days * 86_400_000);
      deviceToken = await signedInOn(setting, { deviceToken });
      expect(setting.notices.at(-1) === undefined, `after ${days} days`).toBe(known);
    }
  });

  it('is the only one that causes no mail', async () => {
    const setting = setUp(account);
    const deviceToken = await signedInOn(setting);
    const next = await signedInOn(setting, { deviceToken });
    expect(setting.notices).toEqual([
      {
        jobId: expect.any(String),
        to: account.normalizedEmail,
        owner: account.sub,
        expiresAt: 1_800_086_400,
        template: 'new-device',
        at: 1_800_000_000,
        ip: from.ip,
        userAgent: 'test',
      },
      undefined,
    ]);
    expect(next).toBe(deviceToken);
  });

  it('is a stranger’s after a change in the second of its sign-in', async () => {
    const setting = setUp(account);
    const before = await signedInOn(setting);
    const changed = { ...account, credentialsChangedAt: 1_800_000_000 };
    const deps = { ...setting.deps, accountsOnDevices: findingByEmail([changed], setting.devices) };
    setting.work.length = 0;
    const { deviceToken } = await attempt(deps, account.email, right, { deviceToken: before });
    expect(setting.work).toContain('signInPerAddress');
    setting.work.length = 0;
    await attempt(deps, account.email, right, { deviceToken });
    expect(setting.work).not.toContain('signInPerAddress');
  });

  it('is a stranger’s once the password has changed', async () => {
    const setting = setUp(account);
    const deviceToken = await signedInOn(setting);
    const changed = { ...account, credentialsChangedAt: 1_800_000_001 };
    const deps = { ...setting.deps, accountsOnDevices: findingByEmail([changed], setting.devices) };
    setting.clock.advance(2000);
    setting.work.length = 0;
    await attempt(deps, account.email, right, { deviceToken });
    expect(setting.work).toContain('signInPerAccount');
  });
});

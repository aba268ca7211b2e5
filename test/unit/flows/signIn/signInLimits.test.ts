import { describe, expect, it } from 'vitest';
import { ordinaryLimits } from '../../../../lambdas/contract/limits.ts';
import type { SignInDeps } from '../../../../lambdas/flows/signIn/signIn.ts';
import { attempt, findingByEmail, right, setUp } from '../../../support/worlds/signInWorld.ts';
import { from, testAccount } from '../../../support/worlds/world.ts';

describe('a sign-in beyond a limit', () => {
  const account = testAccount();
  const fromAddress = (ip: string) => ({ from: { ...from, ip } });

  /** Wrong passwords from as many addresses; says what they were answered. */
  async function failures(deps: SignInDeps, count: number, email: string): Promise<string[]> {
    const answers: string[] = [];
    for (let index = 0; index < count; index++) {
      const refused = attempt(deps, email, 'wrong', fromAddress(`198.51.100.${index}`));
      answers.push(
        await refused.then(
          () => 'let in',
          (error) => error.code,
        ),
      );
    }
    return answers;
  }

  it.each([account.email, 'nobody@example.com'])(
    'L03 is refused before its hash, whoever it is for: %s',
    async (email) => {
      const { deps, work, events } = setUp(account);
      expect(await failures(deps, 11, email)).toEqual([...Array(10).fill('invalid_credentials'), 'rate_limited']);
      expect(work.filter((step) => step === 'hash')).toHaveLength(10);
      expect(work.slice(-3)).toEqual(['signInPerAccountAndAddress', 'signInPerAccount', 'record']);
      expect(events.at(-1)).toMatchObject({
        type: 'request.rate_limited',
        outcome: 'denied',
        reason: 'signInPerAccount',
      });
      expect(JSON.stringify(events)).not.toContain('@');
    },
  );

  it('is one event an account and minute', async () => {
    const { deps, events } = setUp(account);
    await failures(deps, 15, account.email);
    const limited = events.filter(({ type }) => type === 'request.rate_limited');
    expect(limited).toHaveLength(5);
    expect(new Set(limited.map(({ event_id }) => event_id)).size).toBe(1);
    expect(limited[0]?.target).toEqual({ type: 'account', id: account.sub });
  });

  it('from one address uses up nothing of the account’s own limit', async () => {
    const { deps, limits } = setUp(account);
    for (let index = 0; index < 30; index++) await attempt(deps, account.email, 'wrong').catch(() => undefined);
    expect(limits.decisions.filter(({ limit }) => limit === 'signInPerAccount')).toHaveLength(10);
    expect(limits.decisions.filter(({ limit }) => limit === 'signInPerAddress')).toHaveLength(30);
  });

  it('that the owner gets right is not counted', async () => {
    const { deps } = setUp(account);
    for (let index = 0; index < 30; index++) await attempt(deps, account.email, right);
    await failures(deps, 9, account.email);
    await attempt(deps, account.email, right);
    expect(await failures(deps, 2, account.email)).toEqual(['invalid_credentials', 'rate_limited']);
  });

  it.each([
    ['on a device that is not known', false],
    ['on a known device', true],
  ])(
    'L02 is not taken back by a success of the owner, %s, which would tell that there is an account',
    async (_, known) => {
      const { deps } = setUp(account);
      const { deviceToken } = await attempt(deps, account.email, right);
      const ownerSignsIn = () =>
        attempt(deps, account.email, right, { ...fromAddress('203.0.113.99'), ...(known && { deviceToken }) });
      const answers = async (email: string, meanwhile: () => Promise<unknown>) => {
        const before = await failures(deps, 9, email);
        await meanwhile();
        return [...before, ...(await failures(deps, 3, email))];
      };
      const ofNobody = await answers('nobody@example.com', async () => undefined);
      expect(ofNobody).toEqual([...Array(10).fill('invalid_credentials'), 'rate_limited', 'rate_limited']);
      expect(await answers(account.email, ownerSignsIn)).toEqual(ofNobody);
      if (known) await ownerSignsIn();
      expect(await failures(deps, 1, account.email)).toEqual(['rate_limited']);
    },
  );

  describe('with the right password', () => {
    const { maximum } = ordinaryLimits.provenSignInPerAccount;

    it('is refused on devices that are not known', async () => {
      const { deps, work, notices, clock } = setUp(account);
      for (let index = 0; index < maximum; index++) await attempt(deps, account.email, right);
      expect(notices).toHaveLength(maximum);
      work.length = 0;
      for (let index = 0; index < 50; index++) {
        await expect(attempt(deps, account.email, right)).rejects.toMatchObject({ code: 'rate_limited' });
      }
      expect(notices).toHaveLength(maximum);
      expect(work.filter((step) => step === 'hash')).toHaveLength(10);
      clock.advance(2 * 3_600_000);
      await attempt(deps, account.email, right);
    });

    it('L22 keeps its owner out neither on a known device nor with a new password', async () => {
      const { deps, devices } = setUp(account);
      const { deviceToken } = await attempt(deps, account.email, right);
      for (let index = 0; index < 2 * maximum; index++) {
        const stranger = fromAddress(`198.51.100.${index}`);
        await attempt(deps, account.email, right, stranger).catch(() => undefined);
      }
      await expect(attempt(deps, account.email, right)).rejects.toMatchObject({ code: 'rate_limited' });
      for (let index = 0; index < 30; index++) await attempt(deps, account.email, right, { deviceToken });
      const reset = { ...account, credentialsChangedAt: 1_800_000_000 };
      await attempt({ ...deps, accountsOnDevices: findingByEmail([reset], devices) }, account.email, right);
    });

    it('is let in on a known device as often as it is for itself, and then as on any other', async () => {
      const { deps, notices } = setUp(account);
      const { deviceToken } = await attempt(deps, account.email, right);
      for (let index = 0; index < 2 * maximum - 1; index++) await attempt(deps, account.email, right, { deviceToken });
      expect(notices.filter((notice) => notice !== undefined)).toHaveLength(maximum);
      const refused = attempt(deps, account.email, right, { deviceToken });
      await expect(refused).rejects.toMatchObject({ code: 'rate_limited' });
    });
  });

  it('L03 is let in again once the password is another', async () => {
    const { deps, devices } = setUp(account);
    await failures(deps, 11, account.email);
    await expect(attempt(deps, account.email, right)).rejects.toMatchObject({ code: 'rate_limited' });
    const reset = { ...account, credentialsChangedAt: 1_800_000_000 };
    await attempt({ ...deps, accountsOnDevices: findingByEmail([reset], devices) }, account.email, right);
  });

  it('L19 counts the addresses of one /64 as one', async () => {
    const { deps, limits } = setUp(account);
    for (const ip of ['2001:db8:1:2::1', '2001:db8:1:2:ffff::9']) {
      await attempt(deps, account.email, 'wrong', fromAddress(ip)).catch(() => undefined);
    }
    const keys = limits.decisions.filter(({ limit }) => limit === 'signInPerAddress').map(({ key }) => key);
    expect(keys).toEqual(['2001:db8:1:2::/64', '2001:db8:1:2::/64']);
  });
});

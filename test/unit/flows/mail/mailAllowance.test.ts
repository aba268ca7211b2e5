import { describe, expect, it } from 'vitest';
import { type Limits, ordinaryLimits } from '../../../../lambdas/contract/limits.ts';
import type { Account } from '../../../../lambdas/core/accounts/account.ts';
import type { KeptLink, MailedLinkRequest } from '../../../../lambdas/core/mail/mailedLink.ts';
import type { MailJob } from '../../../../lambdas/core/mail/mailJob.ts';
import { hashMailToken } from '../../../../lambdas/core/mail/mailToken.ts';
import { forgotPassword } from '../../../../lambdas/endpoints/passwords.ts';
import { requestRegistration } from '../../../../lambdas/flows/accounts/requestRegistration.ts';
import { requestPasswordReset } from '../../../../lambdas/flows/passwords/requestPasswordReset.ts';
import { readCookies } from '../../../../lambdas/http/cookies.ts';
import { memoryDevices } from '../../../support/fakes/memoryDevices.ts';
import { memoryLimits } from '../../../support/fakes/memoryLimits.ts';
import { findingByEmail } from '../../../support/worlds/signInWorld.ts';
import { manualClock, testAccount, testMacKey, testMacKeys } from '../../../support/worlds/world.ts';

const nowMs = 1_800_000_000_000;

/** Where links are kept, in memory, as the stores keep them. */
function keptLinks() {
  const kept = new Map<string, KeptLink>();
  return {
    kept,
    find: (id: string) => kept.get(id),
    put(id: string, { link, again, nowMs: now }: MailedLinkRequest): boolean {
      const { nonce, kid } = link.job;
      const before = kept.get(id);
      if (again && (before?.tokenHash !== again.tokenHash || before.mailedAt !== again.mailedAt)) return false;
      kept.set(id, {
        tokenHash: link.tokenHash,
        expiresAt: link.expiresAt,
        nonce,
        kid,
        mailedAt: Math.floor(now / 1000),
      });
      return true;
    },
  };
}

/** The two flows on stores in memory. Every call of a store is noted. */
function setUp(accounts: readonly Account[] = [], changes: Partial<Limits> = {}) {
  const clock = manualClock(nowMs);
  const work: string[] = [];
  const limits = memoryLimits({ clock, limits: { ...ordinaryLimits, ...changes } });
  const credentialKey = testMacKey();
  const links = keptLinks();
  const devices = memoryDevices();
  const jobs: MailJob[] = [];
  const withheld: number[] = [];
  const keeping = (name: string, id: (input: { sub?: string; pendingId?: string }) => string) => ({
    async kept(key: string) {
      work.push(`${name} kept`);
      return links.find(`${name}#${key}`);
    },
    async request(input: MailedLinkRequest & { sub?: string; pendingId?: string }) {
      work.push(`${name} request`);
      if (links.put(`${name}#${id(input)}`, input)) jobs.push(input.job);
    },
  });
  const deps = {
    clock,
    limits: {
      async consume(decision: Parameters<typeof limits.consume>[0]) {
        work.push(`count ${decision.limit}`);
        return limits.consume(decision);
      },
    },
    audit: { record: async () => void work.push('record') },
    onMailWithheld: () => void withheld.push(clock()),
    mailKeys: testMacKeys(),
    credentialKeys: testMacKeys(credentialKey),
    accountsOnDevices: findingByEmail(accounts, devices, () => work.push('find')),
    accounts: {
      async holderOf(email: string) {
        work.push('find');
        const account = accounts.find(({ normalizedEmail }) => normalizedEmail === email);
        return { account, reserved: undefined };
      },
    },
    resets: keeping('reset', ({ sub = '' }) => sub),
    registrations: keeping('pending', ({ pendingId = '' }) => pendingId),
  };
  const from = (ip: string) => ({ ip, userAgent: 'test', requestId: 'r' });
  return {
    clock,
    deps,
    work,
    jobs,
    withheld,
    kept: links.kept,
    mails: () => jobs.flatMap((job) => (job.template === 'decoy' ? [] : [job])),
    forgot: (email: string, ip: string, deviceToken?: string) =>
      requestPasswordReset(deps, { email, deviceToken, from: from(ip) }),
    register: (email: string, ip: string) => requestRegistration(deps, { email, from: from(ip) }),
    deviceOf: (account: Account) => devices.known(account, Math.floor(clock() / 1000)).token,
  };
}

const stranger = (index: number) => `198.51.100.${index}`;
const home = '203.0.113.7';
const sourcesOf = (count: number) => Array.from({ length: count }, (_, index) => stranger(index));

describe('L28 strangers that use up the mails of an address', () => {
  it('L28 from one source leave its owner a link of a reset', async () => {
    const account = testAccount();
    const { forgot, register, mails } = setUp([account]);
    for (let nth = 0; nth < 10; nth++) {
      await forgot(account.email, stranger(1));
      await register(account.email, stranger(1));
    }
    const before = mails().filter(({ template }) => template === 'reset').length;
    expect(before).toBe(3);
    await forgot(account.email, home);
    expect(mails().filter(({ template }) => template === 'reset')).toHaveLength(before + 1);
  });

  it('L28 from one source leave its owner a link to register', async () => {
    const { register, mails } = setUp();
    for (let nth = 0; nth < 10; nth++) await register('new@example.com', stranger(1));
    expect(mails()).toHaveLength(3);
    await register('new@example.com', home);
    expect(mails()).toHaveLength(4);
  });

  it('L28 from many sources get twenty mails a day in all, whatever for', async () => {
    const account = testAccount();
    const { forgot, register, mails } = setUp([account]);
    for (const ip of sourcesOf(30)) {
      await forgot(account.email, ip);
      await register(account.email, ip);
    }
    expect(mails()).toHaveLength(20);
  });

  it('L28 from many sources leave a known device its link', async () => {
    const account = testAccount();
    const { forgot, mails, deviceOf, clock } = setUp([account]);
    for (const ip of sourcesOf(30)) await forgot(account.email, ip);
    const before = mails();
    expect(before).toHaveLength(20);
    clock.advance(3600_000);
    await forgot(account.email, home);
    expect(mails()).toEqual(before);
    await forgot(account.email, home, deviceOf(account));
    expect(mails()).toHaveLength(21);
  });

  it('L28 behind one address with the owner leave a known device its link', async () => {
    const account = testAccount();
    const { forgot, mails, deviceOf } = setUp([account]);
    for (let nth = 0; nth < 30; nth++) await forgot(`other${nth}@example.com`, home);
    await expect(forgot(account.email, home)).rejects.toMatchObject({ code: 'rate_limited' });
    await forgot(account.email, home, deviceOf(account));
    expect(mails().map(({ template }) => template)).toEqual(['reset']);
  });

  it.each([true, false])('L28 leave a known device its link over HTTP, from a browser: %s', async (fromBrowser) => {
    const account = testAccount();
    const { deps, forgot, mails, deviceOf } = setUp([account]);
    for (const ip of sourcesOf(30)) await forgot(account.email, ip);
    const token = deviceOf(account);
    const ask = (cookie: string[], body: { device_token?: string }) =>
      forgotPassword(deps)({
        input: { body: { email: account.email, ...body }, query: undefined, path: undefined },
        principal: undefined,
        refused: false,
        from: { ip: home, userAgent: 'test', requestId: 'r' },
        arrivedAtMs: nowMs,
        fromBrowser,
        cookies: readCookies(cookie),
        csrfToken: undefined,
      });
    const inCookie = [`__Host-gatehouse_device=${token}`];
    const before = mails().length;
    expect(await ask(fromBrowser ? [] : inCookie, fromBrowser ? { device_token: token } : {})).toEqual({ status: 202 });
    expect(mails()).toHaveLength(before);
    expect(await ask(fromBrowser ? inCookie : [], fromBrowser ? {} : { device_token: token })).toEqual({ status: 202 });
    expect(mails()).toHaveLength(before + 1);
  });

  it('L28 with a stolen device token have few mails more', async () => {
    const account = testAccount();
    const { forgot, mails, deviceOf } = setUp([account]);
    const token = deviceOf(account);
    for (let nth = 0; nth < 30; nth++) await forgot(account.email, stranger(1), token);
    expect(mails()).toHaveLength(5 + 3);
    await forgot(account.email, home);
    expect(mails()).toHaveLength(9);
  });

  it.each(['reset', 'verify-email'] as const)('L28 leave the owner the link that is good: %s', async (template) => {
    const account = testAccount();
    const { forgot, register, jobs, mails, clock, kept } = setUp(template === 'reset' ? [account] : []);
    const ask = (ip: string) => (template === 'reset' ? forgot(account.email, ip) : register(account.email, ip));
    for (const ip of sourcesOf(20)) await ask(ip);
    const last = mails().at(-1);
    await ask(home);
    expect(jobs.at(-1)?.template).toBe('decoy');
    clock.advance(60_000);
    await ask(home);
    expect(mails()).toHaveLength(21);
    expect(mails().at(-1)).toEqual({ ...last, jobId: expect.any(String) });
    await ask(home);
    expect(mails()).toHaveLength(21);
    clock.advance(60_000);
    await Promise.all([ask(home), ask(stranger(1)), ask(stranger(2))]);
    expect(mails()).toHaveLength(22);
    kept.clear();
    clock.advance(60_000);
    await ask(home);
    expect(mails()).toHaveLength(22);
  });

  it('L28 a link is not sent again once it has expired', async () => {
    const account = testAccount();
    const { forgot, mails, clock } = setUp([account]);
    for (const ip of sourcesOf(20)) await forgot(account.email, ip);
    clock.advance(600_000);
    await forgot(account.email, home);
    expect(mails()).toHaveLength(20);
  });
});

describe('what is asked for tells nothing', () => {
  const known = testAccount();
  const disabled = testAccount({ status: 'disabled' });
  const unverified = testAccount({ emailVerified: false });
  const few = { unconfirmedMailsPerDeployment: { windowSeconds: 3600, maximum: 1 } };

  it.each(['within', 'beyond', 'again'] as const)(
    'R01 costs the same for every address, %s its mails',
    async (case_) => {
      const { forgot, register, work, clock } = setUp([known, disabled, unverified], few);
      const emails = [known, disabled, unverified, testAccount()].map(({ email }) => email);
      const costs: string[] = [];
      for (const ask of [forgot, register]) {
        const calls: string[][] = [];
        for (const email of emails) {
          for (let nth = 0; nth < (case_ === 'within' ? 0 : 3); nth++) await ask(email, home);
          if (case_ === 'again') clock.advance(60_000);
          work.length = 0;
          await ask(email, home);
          calls.push([...work]);
        }
        expect(calls[0]?.length).toBeGreaterThan(5);
        for (const cost of calls) expect(cost).toEqual(calls[0]);
        costs.push(...(calls[0] ?? []));
      }
      expect(costs.filter((call) => call === 'record')).toHaveLength(2);
    },
  );
});

describe('mails to addresses that never confirmed any', () => {
  const few = { unconfirmedMailsPerDeployment: { windowSeconds: 3600, maximum: 5 } };

  it('are so many an hour, in the whole deployment', async () => {
    const { register, mails, withheld } = setUp([], few);
    for (let nth = 0; nth < 9; nth++) await register(`new${nth}@example.com`, stranger(nth));
    expect(mails()).toHaveLength(5);
    expect(withheld).toHaveLength(4);
  });

  it('keep none from an address that has', async () => {
    const account = testAccount();
    const { register, forgot, mails, withheld } = setUp([account], few);
    for (let nth = 0; nth < 9; nth++) await register(`new${nth}@example.com`, stranger(nth));
    await forgot(account.email, home);
    await register(account.email, home);
    expect(
      mails()
        .slice(5)
        .map(({ template }) => template),
    ).toEqual(['reset', 'already-registered']);
    expect(withheld).toHaveLength(4);
  });

  it('count a reset of an imported account, and none that is not sent', async () => {
    const account = testAccount({ emailVerified: false });
    const { forgot, mails, withheld } = setUp([account], {
      unconfirmedMailsPerDeployment: { windowSeconds: 3600, maximum: 1 },
    });
    for (let nth = 0; nth < 9; nth++) await forgot(`nobody${nth}@example.com`, stranger(nth));
    await forgot(account.email, home);
    expect(mails()).toHaveLength(1);
    await forgot(account.email, home);
    expect(mails()).toHaveLength(1);
    expect(withheld).toHaveLength(1);
  });

  it('withheld, void no link that is good', async () => {
    const { register, kept } = setUp([], { unconfirmedMailsPerDeployment: { windowSeconds: 3600, maximum: 1 } });
    await register('new@example.com', home);
    const [good] = [...kept.values()];
    await register('new@example.com', home);
    expect([...kept.values()]).toContainEqual(good);
    expect(good?.tokenHash).not.toBe(hashMailToken(''));
  });
});

import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../../lambdas/contract/auditEvents.ts';
import type { Account } from '../../../../lambdas/core/accounts/account.ts';
import type { NoticeJob } from '../../../../lambdas/core/mail/mailJob.ts';
import { type SignInDeps, type SignInRequest, signIn } from '../../../../lambdas/flows/signIn/signIn.ts';
import { ordinaryLimits } from '../../../../lib/limits.ts';
import { memoryLimits } from '../../../support/fakes/memoryLimits.ts';
import { from, manualClock, settings, testAccount, testMacKey, testSigningKey } from '../../../support/worlds/world.ts';

const right = 'the right password';
/** Of whoever signs in on a device that the account does not know. */
const counted = ['signInPerAddress', 'signInPerAccountAndAddress', 'signInPerAccount'];

function setUp(account?: Account, { startSucceeds = true } = {}) {
  const work: string[] = [];
  const events: AuditEvent[] = [];
  const notices: (NoticeJob | undefined)[] = [];
  const clock = manualClock(1_800_000_000_000);
  const limits = memoryLimits({ clock });
  const [signingKey, macKey] = [testSigningKey(), testMacKey()];
  const deps: SignInDeps = {
    accounts: {
      findByEmail: async (email) => {
        work.push('find');
        return email === account?.normalizedEmail ? account : undefined;
      },
    },
    sessions: {
      start: async ({ event, notice }) => {
        work.push('start');
        events.push(event);
        notices.push(notice);
        return startSucceeds;
      },
    },
    audit: {
      record: async (event) => {
        work.push('record');
        events.push(event);
      },
    },
    hasher: {
      verify: async (hash, password) => {
        work.push('hash');
        return hash === 'hash' && password === right;
      },
    },
    rehash: async (input) => {
      work.push('rehash');
      expect(input).toMatchObject({ account: { sub: account?.sub }, password: right });
    },
    signingKeys: { current: async () => signingKey },
    refreshKeys: { current: async () => macKey },
    credentialKeys: {
      current: async () => macKey,
      find: async (kid) => (kid === macKey.kid ? macKey : undefined),
    },
    limits: {
      consume: (decision) => {
        work.push(decision.limit);
        return limits.consume(decision);
      },
    },
    limitRefunds: limits,
    endPreviousSession: async (cookie) => {
      work.push(`end ${cookie}`);
    },
    settings,
    clock,
  };
  return { deps, work, events, notices, clock, limits };
}

const attempt = (deps: SignInDeps, email: string, password: string, change: Partial<SignInRequest> = {}) =>
  signIn(deps, { email, password, deviceToken: undefined, from, delivery: { by: 'body' }, ...change });

describe('a sign-in that is refused', () => {
  const active = testAccount();
  const disabled = testAccount({ status: 'disabled' });
  const passwordless = testAccount({ passwordHash: undefined });
  const cases = [
    { name: 'wrong password', account: active, email: active.email, password: 'wrong', reason: 'wrong_password' },
    { name: 'unknown address', account: active, email: 'x@example.com', password: right, reason: 'unknown_address' },
    { name: 'no address at all', account: active, email: 'nonsense', password: right, reason: 'unknown_address' },
    { name: 'disabled', account: disabled, email: disabled.email, password: right, reason: 'account_disabled' },
    {
      name: 'no password',
      account: passwordless,
      email: passwordless.email,
      password: right,
      reason: 'wrong_password',
    },
  ];

  it.each(cases)('L01 L02 costs the same work and gets the same answer: $name', async (attempted) => {
    const { deps, work, events } = setUp(attempted.account);
    const refused = attempt(deps, attempted.email, attempted.password);
    await expect(refused).rejects.toMatchObject({ code: 'invalid_credentials', status: 401 });
    expect(work).toEqual(['find', ...counted, 'hash', 'record']);
    expect(events.map(({ reason }) => reason)).toEqual([attempted.reason]);
  });

  it('by a stranger is one event a source and minute, which names no address', async () => {
    const { deps, events } = setUp();
    for (const email of ['a@example.com', 'b@example.com']) await expect(attempt(deps, email, right)).rejects.toThrow();
    expect(new Set(events.map(({ event_id }) => event_id)).size).toBe(1);
    expect(JSON.stringify(events)).not.toContain('example.com');
  });

  it('is not answered when it cannot be recorded', async () => {
    const { deps } = setUp(active);
    const audit = { record: () => Promise.reject(new Error('table is gone')) };
    await expect(attempt({ ...deps, audit }, active.email, 'wrong')).rejects.toThrow('table is gone');
  });
});

describe('a sign-in', () => {
  it('issues a token with the claims of the account, dated after its cut', async () => {
    const account = testAccount({ roles: ['admin'], tenantId: 'acme', tokenCut: 1_800_000_001 });
    const { deps, events } = setUp(account);
    const tokens = await attempt(deps, account.email.toUpperCase(), right);
    const claims = JSON.parse(Buffer.from(tokens.accessToken.split('.')[1] ?? '', 'base64url').toString());
    expect(claims).toMatchObject({
      iss: settings.issuer,
      aud: settings.audience,
      sub: account.sub,
      sid: tokens.sid,
      roles: ['admin'],
      tenant_id: 'acme',
      client_id: 'gatehouse',
      iat: 1_800_000_002,
      exp: 1_800_000_902,
      auth_time: 1_800_000_000,
      amr: ['pwd'],
      acr: 'aal1',
    });
    expect(claims.aud).not.toBe(claims.client_id);
    expect(events.map(({ type, target }) => [type, target.id])).toEqual([['sign_in.succeeded', claims.sid]]);
    expect(JSON.stringify(events)).not.toContain(account.email);
  });

  it('L01 rehashes where the password was right, before the session starts, and nowhere else', async () => {
    const account = testAccount();
    const { deps, work } = setUp(account);
    await attempt(deps, account.email, right);
    expect(work).toEqual(['find', ...counted, 'hash', 'rehash', 'provenSignInPerAccount', 'start']);
  });

  it('with a second factor begins no session: it gets a token to go on with, and says so in the log', async () => {
    const account = testAccount({ factorMethods: ['totp', 'webauthn'] });
    const { deps, work, events } = setUp(account);
    const refused: unknown = await attempt(deps, account.email, right).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'mfa_required',
      status: 403,
      mfa: { mfa_token: expect.any(String), methods: ['totp', 'webauthn', 'recovery_code'] },
    });
    expect(work).toEqual(['find', ...counted, 'hash', 'rehash', 'provenSignInPerAccount', 'record']);
    expect(events.map(({ type, outcome }) => [type, outcome])).toEqual([['sign_in.factor_required', 'denied']]);
    await expect(attempt(deps, account.email, 'wrong')).rejects.toMatchObject({ code: 'invalid_credentials' });
  });

  it('that loses a race with sign-out-everywhere is refused', async () => {
    const account = testAccount();
    const { deps } = setUp(account, { startSucceeds: false });
    await expect(attempt(deps, account.email, right)).rejects.toMatchObject({ code: 'invalid_credentials' });
  });

  it('fails before anything is read when there is no key to sign with', async () => {
    const account = testAccount();
    const { deps, work } = setUp(account);
    const signingKeys = { current: () => Promise.reject(new Error('no key')) };
    await expect(attempt({ ...deps, signingKeys }, account.email, right)).rejects.toThrow('no key');
    expect(work).toEqual([]);
  });
});

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

  it('is one event an account and minute, and names the account', async () => {
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
    expect(await failures(deps, 11, account.email)).toEqual([...Array(10).fill('invalid_credentials'), 'rate_limited']);
  });

  it.each([
    ['on any device', false],
    ['on a known device', true],
  ])('with the right password is refused %s, and then costs no hash without end', async (_, known) => {
    const { deps, work, notices, clock } = setUp(account);
    const first = await attempt(deps, account.email, right);
    const change = known ? { deviceToken: first.deviceToken } : {};
    for (let index = 1; index < ordinaryLimits.provenSignInPerAccount.maximum; index++) {
      await attempt(deps, account.email, right, change);
    }
    expect(notices).toHaveLength(60);
    work.length = 0;
    for (let index = 0; index < 50; index++) {
      await expect(attempt(deps, account.email, right, change)).rejects.toMatchObject({ code: 'rate_limited' });
    }
    expect(notices).toHaveLength(60);
    expect(work.filter((step) => step === 'hash')).toHaveLength(10);
    clock.advance(2 * 3_600_000);
    await attempt(deps, account.email, right, change);
  });

  it('L03 is let in again once the password is another', async () => {
    const { deps } = setUp(account);
    await failures(deps, 11, account.email);
    await expect(attempt(deps, account.email, right)).rejects.toMatchObject({ code: 'rate_limited' });
    const reset = { ...account, credentialsChangedAt: 1_800_000_000 };
    await attempt({ ...deps, accounts: { findByEmail: async () => reset } }, account.email, right);
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

describe('a known device', () => {
  const account = testAccount();

  async function signedInOn(setting: ReturnType<typeof setUp>, change: Partial<SignInRequest> = {}): Promise<string> {
    return String((await attempt(setting.deps, account.email, right, change)).deviceToken);
  }

  it('L05 signs in while strangers are refused, and on its own count', async () => {
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

  it('is one of the account it signed in to, and not of another', async () => {
    const setting = setUp(account);
    const deviceToken = await signedInOn(setting);
    setting.work.length = 0;
    await attempt(setting.deps, 'other@example.com', 'wrong', { deviceToken }).catch(() => undefined);
    expect(setting.work).toContain('signInPerAddress');
    expect(setting.work).not.toContain('signInPerDevice');
  });

  it('causes no mail; any other sign-in tells the owner when and from where', async () => {
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

  it('is a stranger’s after a change in the second of its sign-in; one that signs in in that second after it is known', async () => {
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

describe('a sign-in of a browser', () => {
  const account = testAccount();
  const byCookie = (previousSession?: string) => ({ delivery: { by: 'cookie', previousSession } as const });

  it('S01 starts a session of its own, and then ends the one that the browser held', async () => {
    const { deps, work } = setUp(account);
    const { delivery } = await attempt(deps, account.email, right, byCookie('held'));
    expect(work.slice(-2)).toEqual(['start', 'end held']);
    expect(delivery).toMatchObject({ by: 'cookie', maxAgeSeconds: settings.refreshIdleTtlSeconds });
    expect(JSON.stringify(delivery)).not.toContain('held');
  });

  it('S01 that fails ends nothing', async () => {
    const { deps, work } = setUp(account);
    await expect(attempt(deps, account.email, 'wrong', byCookie('held'))).rejects.toThrow();
    expect(work).not.toContain('end held');
    const stale = setUp(account, { startSucceeds: false });
    await expect(attempt(stale.deps, account.email, right, byCookie('held'))).rejects.toThrow();
    expect(stale.work).not.toContain('end held');
  });

  it('is no good when the session that it held cannot be ended', async () => {
    const { deps } = setUp(account);
    const endPreviousSession = () => Promise.reject(new Error('table is gone'));
    await expect(attempt({ ...deps, endPreviousSession }, account.email, right, byCookie('held'))).rejects.toThrow();
  });
});

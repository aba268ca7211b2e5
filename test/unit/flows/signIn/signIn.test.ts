import { describe, expect, it } from 'vitest';
import { ordinaryLimits } from '../../../../lambdas/contract/limits.ts';
import { unavailable } from '../../../../lambdas/core/common/errors.ts';
import { openMfaToken } from '../../../../lambdas/core/factors/mfaToken.ts';
import { SecondFactorRequired } from '../../../../lambdas/core/factors/secondFactorRequired.ts';
import { newDeviceSecret, readDeviceToken, writeDeviceToken } from '../../../../lambdas/core/sessions/deviceToken.ts';
import { newSessionId } from '../../../../lambdas/core/sessions/session.ts';
import type { SessionCookie } from '../../../../lambdas/core/sessions/sessionCookie.ts';
import { createEndPreviousSessions } from '../../../../lambdas/flows/signIn/endPreviousSessions.ts';
import { earlierDeviceToken } from '../../../support/fakes/memoryDevices.ts';
import { attempt, right, setUp } from '../../../support/worlds/signInWorld.ts';
import { settings, testAccount } from '../../../support/worlds/world.ts';

/** On a device that nobody knows, up to the hash. */
const readAndCounted = ['signInPerAddress', 'address', 'account', 'signInPerAccountAndAddress', 'signInPerAccount'];

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

  it.each(cases)('L01 L02 costs the same work as any other: $name', async (attempted) => {
    const { deps, work, events } = setUp(attempted.account);
    const refused = attempt(deps, attempted.email, attempted.password);
    await expect(refused).rejects.toMatchObject({ code: 'invalid_credentials', status: 401 });
    expect(work).toEqual([...readAndCounted, 'hash', 'record']);
    expect(events.map(({ reason }) => reason)).toEqual([attempted.reason]);
  });

  it('by a stranger is one event a source and minute', async () => {
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

  it('L01 rehashes where the password was right', async () => {
    const account = testAccount();
    const { deps, work } = setUp(account);
    await attempt(deps, account.email, right);
    expect(work).toEqual([
      ...readAndCounted,
      'hash',
      'rehash',
      'provenSignInPerAccount',
      'newDevicesPerAccount',
      'start',
    ]);
  });

  it('with a second factor gets a token to go on with in place of a session', async () => {
    const account = testAccount({ factorMethods: ['totp', 'webauthn'] });
    const { deps, work, events } = setUp(account);
    const refused: unknown = await attempt(deps, account.email, right).catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'mfa_required',
      status: 403,
      mfa: { token: expect.any(String), methods: ['totp', 'webauthn', 'recovery_code'] },
    });
    expect(work).toEqual([...readAndCounted, 'hash', 'rehash', 'provenSignInPerAccount', 'record']);
    expect(events.map(({ type, outcome }) => [type, outcome])).toEqual([['sign_in.factor_required', 'denied']]);
    await expect(attempt(deps, account.email, 'wrong')).rejects.toMatchObject({ code: 'invalid_credentials' });
  });

  it.each(['v1.x.SUB.', 'v1.x.SUB', 'v1..SUB...', 'v1.x.SUB.a.b.c.d', `v1.x.SUB.a.b.${'c'.repeat(250)}`])(
    'with a second factor and a made-up device token gets a token to go on with: %s',
    async (madeUp) => {
      const account = testAccount({ factorMethods: ['totp'] });
      const deviceToken = madeUp.replace('SUB', account.sub);
      const refused = attempt(setUp(account).deps, account.email, right, { deviceToken });
      await expect(refused).rejects.toMatchObject({ code: 'mfa_required' });
    },
  );

  it('F34 with a second factor goes on with the device, and with its token of the release before', async () => {
    const account = testAccount({ factorMethods: ['totp'] });
    const { deps, clock } = setUp(account);
    const key = await deps.credentialKeys.current();
    const earlier = earlierDeviceToken(account.sub, Math.floor(clock() / 1000), key);
    const device = { id: newDeviceSecret(), secrets: [newDeviceSecret()], earlier: [earlier] };
    for (const brought of [device, { ...device, earlier: [] }]) {
      const deviceToken = writeDeviceToken(brought);
      const refused: unknown = await attempt(deps, account.email, right, { deviceToken }).catch((error) => error);
      if (!(refused instanceof SecondFactorRequired)) throw refused;
      const token = await openMfaToken(refused.mfa.token, { nowSeconds: clock() / 1000, find: () => key });
      expect(readDeviceToken(token?.deviceToken)).toEqual(brought);
    }
  });

  it('that loses a race with sign-out-everywhere is refused', async () => {
    const account = testAccount();
    const { deps } = setUp(account, { startSucceeds: false });
    await expect(attempt(deps, account.email, right)).rejects.toMatchObject({ code: 'invalid_credentials' });
  });

  it('reads no account and tries no password when there is no key to sign with, and is not counted', async () => {
    const account = testAccount();
    const { deps, work } = setUp(account);
    const signingKeys = { current: () => Promise.reject(new Error('no key')) };
    for (let times = 0; times < 2 * ordinaryLimits.signInPerAddress.maximum; times++) {
      await expect(attempt({ ...deps, signingKeys }, account.email, right)).rejects.toThrow('no key');
    }
    expect(new Set(work)).toEqual(new Set(['signInPerAddress', 'address']));
    await attempt(deps, account.email, right);
  });
});

describe('a sign-in of a browser', () => {
  const account = testAccount();
  const held = (sid: string, sub = account.sub): SessionCookie => ({ sub, sid, secret: 'secret' });
  const byCookie = (...previousSessions: SessionCookie[]) => ({
    delivery: { by: 'cookie', previousSessions } as const,
  });

  it('S01 replaces the sessions that the browser held', async () => {
    const { deps, work } = setUp(account);
    const { delivery } = await attempt(deps, account.email, right, byCookie(held('held'), held('raced')));
    expect(work.slice(-3)).toEqual(['start', 'end held', 'end raced']);
    expect(delivery).toMatchObject({ by: 'cookie', maxAgeSeconds: settings.refreshIdleTtlSeconds });
    expect(JSON.stringify(delivery)).not.toContain('held');
  });

  it('S01 that fails ends nothing', async () => {
    const { deps, work } = setUp(account);
    await expect(attempt(deps, account.email, 'wrong', byCookie(held('held')))).rejects.toThrow();
    expect(work).not.toContain('end held');
    const stale = setUp(account, { startSucceeds: false });
    await expect(attempt(stale.deps, account.email, right, byCookie(held('held')))).rejects.toThrow();
    expect(stale.work).not.toContain('end held');
  });

  it('is good when a session that it held cannot be ended, and tells which', async () => {
    const { deps, clock } = setUp(account);
    const [first, foreign, last] = [held(newSessionId(0)), held(newSessionId(0), 'other'), held(newSessionId(0))];
    const [tried, failures]: [string[], unknown[]] = [[], []];
    const endPreviousSessions = createEndPreviousSessions({
      accounts: { find: () => Promise.reject(unavailable(new Error('accounts are down'))) },
      revocation: {
        revoke: async ({ sid }) => {
          tried.push(sid);
          if (sid === first.sid) throw unavailable(new Error('sessions are down'));
          return true;
        },
      },
      clock,
      failed: (error) => void failures.push(error),
    });
    const browser = byCookie(first, foreign, last);
    const { delivery } = await attempt({ ...deps, endPreviousSessions }, account.email, right, browser);
    expect(delivery).toMatchObject({ by: 'cookie', notEnded: [first.sid, foreign.sid] });
    expect(tried).toEqual([first.sid, last.sid]);
    expect(failures).toMatchObject([{ code: 'unavailable' }, { code: 'unavailable' }]);
  });
});

import { describe, expect, it } from 'vitest';
import type { AuditEvent } from '../../../lambdas/contract/auditEvents.ts';
import type { Account } from '../../../lambdas/core/account.ts';
import { type SignInDeps, signIn } from '../../../lambdas/flows/signIn.ts';
import { from, manualClock, settings, testAccount, testMacKey, testSigningKey } from '../../support/world.ts';

const right = 'the right password';

function setUp(account?: Account, { startSucceeds = true } = {}) {
  const work: string[] = [];
  const events: AuditEvent[] = [];
  const [signingKey, macKey] = [testSigningKey(), testMacKey()];
  const deps: SignInDeps = {
    accounts: {
      findByEmail: async (email) => {
        work.push('find');
        return email === account?.normalizedEmail ? account : undefined;
      },
    },
    sessions: {
      start: async ({ event }) => {
        work.push('start');
        events.push(event);
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
      expect(input).toEqual({ account, password: right, from });
    },
    signingKeys: { current: async () => signingKey },
    refreshKeys: { current: async () => macKey },
    settings,
    clock: manualClock(1_800_000_000_000),
  };
  return { deps, work, events };
}

const attempt = (deps: SignInDeps, email: string, password: string) =>
  signIn(deps, { email, password, from, fromBrowser: false });

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
    expect(work).toEqual(['find', 'hash', 'record']);
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
    const claims = JSON.parse(Buffer.from(tokens.access_token.split('.')[1] ?? '', 'base64url').toString());
    expect(claims).toMatchObject({
      iss: settings.issuer,
      aud: settings.audience,
      sub: account.sub,
      sid: tokens.session_id,
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
    expect(work).toEqual(['find', 'hash', 'rehash', 'start']);
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

import { beforeEach, describe, expect, it } from 'vitest';
import type { Account } from '../../../../lambdas/core/accounts/account.ts';
import { passwordAuthentication } from '../../../../lambdas/core/sessions/authentication.ts';
import { cookieIdOf } from '../../../../lambdas/core/sessions/cookieId.ts';
import { csrfTokenOf } from '../../../../lambdas/core/sessions/csrfToken.ts';
import { beginSession } from '../../../../lambdas/core/sessions/newSession.ts';
import type { Session } from '../../../../lambdas/core/sessions/session.ts';
import { encodeSessionCookie, sessionCookieSecret } from '../../../../lambdas/core/sessions/sessionCookie.ts';
import { newAccountPuts } from '../../../../lambdas/stores/items/accountWrites.ts';
import { sessionPut } from '../../../../lambdas/stores/items/sessionWrites.ts';
import {
  type AuthorizerWorld,
  createAuthorizerWorld,
  type RouteCall,
} from '../../../support/worlds/authorizerWorld.ts';
import { from, settings, testAccount, testMacKey } from '../../../support/worlds/world.ts';

describe('a session cookie', () => {
  let world: AuthorizerWorld;
  let account: Account;
  let session: Session;
  let name: string;
  let cookie: string;
  let secret: string;

  const putAccount = (change: Partial<Account> = {}) => {
    const [put] = newAccountPuts('Accounts', { ...account, ...change });
    if (put?.Put?.Item) world.dynamo.put('Accounts', put.Put.Item);
  };
  const putSession = (change: Partial<Session> = {}) => {
    const { Put } = sessionPut('Sessions', { ...session, ...change });
    if (Put?.Item) world.dynamo.put('Sessions', Put.Item);
  };
  const begin = (delivery: 'body' | 'cookie') =>
    beginSession({
      account,
      authentication: passwordAuthentication,
      delivery,
      from,
      now: world.nowSeconds(),
      key: testMacKey(),
      settings,
    });
  const present = (value: string, route: RouteCall = {}) =>
    world.call(undefined, { cookies: [`${name}=${value}`], ...route });
  /** With the cookie's own CSRF token. */
  const signOut = () => ({ method: 'POST', resource: '/auth/logout', csrfToken: csrfTokenOf(secret) });

  beforeEach(async () => {
    world = await createAuthorizerWorld();
    account = testAccount({ roles: ['admin'], tenantId: 'acme' });
    const begun = begin('cookie');
    session = begun.session;
    name = `__Host-gatehouse_session_${cookieIdOf(session)}`;
    secret = sessionCookieSecret(begun.sessionSecret);
    cookie = encodeSessionCookie({ ...session, secret });
    putAccount();
    putSession();
  });

  it('speaks for its subject as the account is now', async () => {
    expect(await present(cookie)).toMatchObject({ sub: account.sub, sid: session.sid, via: 'session_cookie' });
    putAccount({ roles: ['member'], tenantId: 'other' });
    expect(await present(cookie)).toMatchObject({ roles: ['member'], tenantId: 'other', acr: 'aal1', amr: ['pwd'] });
  });

  it('costs one consistent read', async () => {
    await present(cookie);
    expect(world.dynamo.calls).toEqual([
      { operation: 'BatchGetItem', table: 'Sessions' },
      { operation: 'BatchGetItem', table: 'Accounts' },
    ]);
  });

  it('S03 is refused at once when session or account is shut', async () => {
    putSession({ status: 'revoked' });
    expect(await present(cookie)).toBe('unauthorized');
    putSession();
    for (const change of [{ status: 'disabled' }, { sessionEpoch: 1 }, { sub: testAccount().sub }] as const) {
      world.dynamo.remove('Accounts', { pk: `account#${account.sub}` });
      putAccount(change);
      expect(await present(cookie), JSON.stringify(change)).toBe('unauthorized');
    }
  });

  it('is refused from the second on at which the session is over', async () => {
    world.advance(settings.refreshIdleTtlSeconds - 1);
    expect(await present(cookie)).toMatchObject({ expiresAt: session.idleExpiresAt });
    world.advance(1);
    expect(await present(cookie)).toBe('unauthorized');
    putSession({ idleExpiresAt: session.absoluteExpiresAt + 60 });
    expect(await present(cookie)).toMatchObject({ expiresAt: session.absoluteExpiresAt });
    world.advance(settings.refreshAbsoluteTtlSeconds - settings.refreshIdleTtlSeconds);
    expect(await present(cookie)).toBe('unauthorized');
  });

  it('of another secret, another session or another subject opens nothing', async () => {
    const [sub, sid, secret] = cookie.split('.');
    const other = begin('cookie');
    const forged = [
      [sub, sid, sessionCookieSecret('guessed')],
      [sub, other.session.sid, secret],
      [testAccount().sub, sid, secret],
    ];
    for (const parts of forged) expect(await present(parts.join('.'))).toBe('unauthorized');
  });

  it('S08 is none of a session that is delivered in a body', async () => {
    const begun = begin('body');
    session = begun.session;
    putSession();
    const made = encodeSessionCookie({ ...session, secret: sessionCookieSecret(begun.sessionSecret) });
    expect(await present(made)).toBe('unauthorized');
  });

  it.each([
    ['nothing', ''],
    ['a part too few', 'a.b'],
    ['a subject that is no UUID', `x.${'A'.repeat(22)}0.${'A'.repeat(43)}`],
    ['a part too many', '.more'],
    ['another spelling of the same bytes', '%2E'],
    ['a thousand characters', 'A'.repeat(1000)],
  ])('of %s is refused without a read', async (_, text) => {
    const malformed = text.startsWith('.') ? cookie + text : text === '%2E' ? cookie.replaceAll('.', text) : text;
    expect(await present(malformed)).toBe('unauthorized');
    expect(world.reads('Sessions')).toBe(0);
  });

  it('that came twice is none', async () => {
    const twice = [[`${name}=${cookie}; ${name}=${cookie}`], [`${name}=${cookie}`, `${name}=${cookie}`]];
    for (const cookies of twice) {
      expect(await world.call(undefined, { cookies })).toBe('unauthorized');
      expect(await world.call(undefined, { cookies, ...signOut() })).toBe('anonymous');
    }
    expect(world.reads('Sessions')).toBe(0);
  });

  it('is found among others, under its exact name', async () => {
    const others = ['theme=dark', `x${name}=x`, `${name}x=x`, `a=${name}`];
    expect(await world.call(undefined, { cookies: [[...others, `${name}=${cookie}`].join('; ')] })).toMatchObject({
      sid: session.sid,
    });
    expect(await world.call(undefined, { cookies: [others.join('; ')] })).toBe('unauthorized');
    expect(await world.call(undefined, { cookies: [`${name.toLowerCase()}=${cookie}`] })).toBe('unauthorized');
  });

  it('does not count beside an Authorization header, good or bad', async () => {
    const cookies = [`${name}=${cookie}`];
    expect(await world.present(world.token({ sub: 'another' }), { cookies })).toMatchObject({
      sub: 'another',
      via: 'access_token',
    });
    expect(await world.present('nonsense', { cookies })).toBe('unauthorized');
    expect(await world.call('', { cookies })).toBe('unauthorized');
    expect(world.reads('Sessions')).toBe(0);
  });

  it('that is no good is a stranger’s where the route lets strangers through', async () => {
    expect(await present(cookie, signOut())).toMatchObject({ sid: session.sid });
    putSession({ status: 'revoked' });
    expect(await present(cookie, signOut())).toBe('anonymous');
    expect(await present('nonsense', signOut())).toBe('anonymous');
  });

  it('is not decided on when the tables cannot be read', async () => {
    world.dynamo.failWhen((operation) => operation.startsWith('BatchGetItem'));
    expect(await present(cookie)).toBe('failed');
    expect(await present(cookie, signOut())).toBe('failed');
  });
});

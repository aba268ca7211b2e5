import { beforeEach, describe, expect, it } from 'vitest';
import { passwordAuthentication } from '../../../../lambdas/core/sessions/authentication.ts';
import { cookieIdOf } from '../../../../lambdas/core/sessions/cookieId.ts';
import { csrfTokenOf } from '../../../../lambdas/core/sessions/csrfToken.ts';
import { beginSession } from '../../../../lambdas/core/sessions/newSession.ts';
import { encodeSessionCookie, sessionCookieSecret } from '../../../../lambdas/core/sessions/sessionCookie.ts';
import { newAccountPuts } from '../../../../lambdas/stores/items/accountWrites.ts';
import { sessionPut } from '../../../../lambdas/stores/items/sessionWrites.ts';
import { type AuthorizerWorld, createAuthorizerWorld } from '../../../support/worlds/authorizerWorld.ts';
import { from, settings, testAccount, testMacKey } from '../../../support/worlds/world.ts';

type SignIn = ReturnType<ReturnType<typeof signingIn>>;

/** Signs somebody in, a second after whoever was before. */
function signingIn(world: AuthorizerWorld) {
  return (status: 'active' | 'revoked' = 'active', account = testAccount()) => {
    world.advance(1);
    const { session, sessionSecret } = beginSession({
      account,
      authentication: passwordAuthentication,
      delivery: 'cookie',
      from,
      now: world.nowSeconds(),
      key: testMacKey(),
      settings,
    });
    const [accountPut] = newAccountPuts('Accounts', account);
    world.dynamo.put('Accounts', { ...accountPut?.Put?.Item });
    world.dynamo.put('Sessions', { ...sessionPut('Sessions', { ...session, status }).Put?.Item });
    const secret = sessionCookieSecret(sessionSecret);
    const value = encodeSessionCookie({ ...session, secret });
    return {
      account,
      sid: session.sid,
      value,
      cookie: `__Host-gatehouse_session_${cookieIdOf(session)}=${value}`,
      csrfToken: csrfTokenOf(secret),
    };
  };
}

describe('L30 of the cookies of several sign-ins', () => {
  let world: AuthorizerWorld;
  let signIn: ReturnType<typeof signingIn>;
  const change = { method: 'POST', resource: '/auth/logout-everywhere' };
  const signOut = { method: 'POST', resource: '/auth/logout' };
  const confirmationForm = { method: 'POST', resource: '/auth/link/confirm-email' };

  beforeEach(async () => {
    world = await createAuthorizerWorld();
    signIn = signingIn(world);
  });
  const call = (signIns: readonly SignIn[], route = {}) =>
    world.call(undefined, { cookies: [signIns.map(({ cookie }) => cookie).join('; ')], ...route });

  it('the newest counts that is live, in whatever order they come', async () => {
    const [older, newer, dead] = [signIn(), signIn(), signIn('revoked')];
    for (const order of [
      [older, newer, dead],
      [dead, newer, older],
    ]) {
      expect(await call(order)).toMatchObject({ sid: newer.sid });
    }
  });

  it('all are read in one call', async () => {
    await call([signIn('revoked'), signIn(), signIn('revoked'), signIn('revoked')]);
    expect(world.dynamo.calls).toEqual([
      { operation: 'BatchGetItem', table: 'Sessions' },
      { operation: 'BatchGetItem', table: 'Accounts' },
    ]);
  });

  it('of more than four the four newest are looked at', async () => {
    const oldest = signIn();
    expect(await call([oldest, signIn('revoked'), signIn('revoked'), signIn('revoked')])).toMatchObject({
      sid: oldest.sid,
    });
    const dead = Array.from({ length: 4 }, () => signIn('revoked'));
    expect(await call([oldest, ...dead])).toBe('unauthorized');
  });

  it('S02 a hundred that are malformed, or under another sign-in’s name, take no live one’s place', async () => {
    const live = signIn();
    const junk = Array.from({ length: 50 }, (_, second) => [
      { ...live, cookie: `__Host-gatehouse_session_${2_000_000_000 + second}Broken=x` },
      { ...live, cookie: `__Host-gatehouse_session_${2_000_000_000 + second}abcdef=${signIn('revoked').value}` },
    ]).flat();
    expect(await call([...junk, live])).toMatchObject({ sid: live.sid });
    expect(await call([...junk, live], { ...change, csrfToken: live.csrfToken })).toMatchObject({ sid: live.sid });
  });

  it('two of one account, or of one session, make one read of it', async () => {
    const first = signIn();
    const second = signIn('active', first.account);
    const again = { ...second, cookie: second.cookie.replace(/_\d{10}/, '_2000000000') };
    expect(await call([first, second, again])).toMatchObject({ sid: second.sid });
  });

  it('one with a name that no sign-in has is none', async () => {
    const { value } = signIn();
    for (const id of ['x', '_', '_x', '_1893456000', '_1893456000abcde', '_1893456000abcdefg', '_189345600_abcdef']) {
      const answer = await world.call(undefined, { cookies: [`__Host-gatehouse_session${id}=${value}`] });
      expect(answer, id).toBe('unauthorized');
    }
  });

  const underFormerName = (one: SignIn) => ({ ...one, cookie: `__Host-gatehouse_session=${one.value}` });

  it('the one without an id, that a release before has set since, counts if it is the newest', async () => {
    const [before, since] = [signIn(), underFormerName(signIn())];
    expect(await call([before, since])).toMatchObject({ sid: since.sid });
    expect(await call([before, underFormerName(signIn('revoked'))])).toMatchObject({ sid: before.sid });
  });

  it('the names decide which four are read, and not which of them counts', async () => {
    const [first, second] = [signIn(), signIn()];
    const renamed = { ...first, cookie: first.cookie.replace(/_\d{10}/, '_2000000000') };
    expect(await call([renamed, second])).toMatchObject({ sid: second.sid });
  });

  it('the one without an id, of the release before, comes last', async () => {
    const [former, newer] = [signIn(), signIn()];
    const old = underFormerName(former);
    expect(await call([old])).toMatchObject({ sid: former.sid });
    expect(await call([old, newer])).toMatchObject({ sid: newer.sid });
    expect(await call([old, signIn('revoked')])).toMatchObject({ sid: former.sid });
  });

  it('the CSRF token of an unsafe method chooses, and its session alone is read', async () => {
    const [older, newer] = [signIn(), signIn()];
    for (const { sid, csrfToken } of [older, newer]) {
      expect(await call([older, newer], { ...change, csrfToken })).toMatchObject({ sid });
      expect(await call([older, newer], { ...signOut, csrfToken })).toMatchObject({ sid });
    }
    expect(world.reads('Sessions')).toBe(4);
  });

  it('a CSRF token that chooses a dead one has no other speak', async () => {
    const [live, dead] = [signIn(), signIn('revoked')];
    expect(await call([live, dead], { ...change, csrfToken: dead.csrfToken })).toBe('unauthorized');
    expect(await call([live, dead], { ...signOut, csrfToken: dead.csrfToken })).toBe('anonymous');
  });

  it('L16 an unsafe method whose CSRF token fits none speaks for nobody, without a read', async () => {
    const [own, other] = [signIn(), signIn()];
    for (const csrfToken of [undefined, '', other.csrfToken]) {
      expect(await call([own], { ...change, ...(csrfToken !== undefined && { csrfToken }) })).toBe('unproven');
    }
    expect(world.reads('Sessions')).toBe(0);
  });

  it('L16 where strangers are let through, a live one still needs its CSRF token', async () => {
    expect(await call([signIn()], signOut)).toBe('unproven');
    expect(await call([signIn()], { ...signOut, csrfToken: 'x' })).toBe('unproven');
  });

  it('where strangers are let through, dead ones stand in nobody’s way', async () => {
    expect(await call([signIn('revoked'), signIn('revoked')], signOut)).toBe('anonymous');
  });

  it('of the form of our own page, which sends no CSRF token, the newest live one counts', async () => {
    const [older, newer] = [signIn(), signIn()];
    expect(await call([older, newer, signIn('revoked')], confirmationForm)).toMatchObject({ sid: newer.sid });
  });
});

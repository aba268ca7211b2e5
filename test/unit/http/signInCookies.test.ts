import { describe, expect, it } from 'vitest';
import { SessionOver } from '../../../lambdas/core/sessions/sessionOver.ts';
import { call, formerNames, issuedOf, login, newer, next, old } from '../../support/worlds/browser.ts';
import { signedIn } from '../../support/worlds/heldSignIns.ts';

describe('a sign-in', () => {
  it('L30 sets cookies that are its own, and clears those that it was sent', async () => {
    const raced = signedIn(1_799_999_000);
    const answer = await login(`${old.both}; ${raced.both}; ${old.former}`);
    expect(answer.set).toEqual(newer.names);
    expect(answer.cleared).toEqual([...old.names, ...raced.names, ...formerNames]);
  });

  it('L30 leaves the cookies of a session that it could not end', async () => {
    next.stillLive = [old.sid];
    const raced = signedIn(1_799_999_000);
    expect((await login(`${old.both}; ${raced.both}; ${old.former}`)).cleared).toEqual(raced.names);
    next.stillLive = [];
  });

  it('S02 clears each cookie as the browser needs it', async () => {
    const { setCookies } = await login(`${old.both}; ${old.former}`);
    for (const { name, path, httpOnly, secure, sameSite, domain } of setCookies) {
      const own = name === '__Secure-gatehouse_refresh' ? '/auth' : '/';
      expect({ path, httpOnly, secure, sameSite, domain }, name).toEqual({
        path: own,
        httpOnly: true,
        secure: true,
        sameSite: 'strict',
        domain: undefined,
      });
    }
  });

  it('L30 ends the four newest of those that it was sent', async () => {
    const held = [1, 2, 3, 4, 5].map((second) => signedIn(1_700_000_000 + second));
    const answer = await login(held.map(({ both }) => both).join('; '));
    const newest = held.toReversed().slice(0, 4);
    expect(answer.headers).toMatchObject({ 'x-previous': newest.map(({ sid }) => sid).join() });
    expect(answer.cleared.toSorted()).toEqual(held.flatMap(({ names }) => names).toSorted());
  });

  it.each([
    ['doubled', `${old.both}; ${old.both}`],
    ['malformed', `${old.names[0]}=%%%; ${old.names[1]}=""`],
    ['oversized', `${old.names[0]}=${'x'.repeat(9000)}`],
    ['of names that are none', '__Host-gatehouse_session_\u0000=1; __Host-gatehouse_session_1800000000abc(ef=1; =; ;;'],
    ['tossed under the old names', `${formerNames[1]}=a; ${formerNames[1]}=b; ${formerNames[0]}=c`],
  ])('S02 works beside cookies that are %s', async (_, cookie) => {
    const answer = await login(cookie);
    expect([answer.status, answer.set]).toEqual([200, newer.names]);
  });

  it('S02 takes a doubled cookie back', async () => {
    expect((await login(`${old.session}; ${old.session}x`)).cleared).toEqual(old.names);
  });

  it('S02 clears cookies that say nothing before any other', async () => {
    const junk = [`__Host-gatehouse_session_1600000000Broken=x`, `${formerNames[0]}=a`];
    const misfit = `__Host-gatehouse_refresh_1500000000Misfit=${old.refreshToken}`;
    const held = Array.from({ length: 12 }, (_, second) => signedIn(1_700_000_000 + second));
    const { cleared } = await login([...held.map(({ session }) => session), ...junk, misfit].join('; '));
    const sessions = cleared.filter((name) => name.includes('_session'));
    expect(sessions.slice(0, 4)).toEqual([
      '__Host-gatehouse_session_1600000000Broken',
      '__Host-gatehouse_session_1500000000Misfit',
      formerNames[0],
      held[11]?.names[0],
    ]);
    expect(sessions).toHaveLength(12);
  });

  it('beside a hundred cookies clears the newest dozen', async () => {
    const held = Array.from({ length: 100 }, (_, second) => signedIn(1_700_000_000 + second));
    const { cleared } = await login(held.map(({ session }) => session).join('; '));
    const newest = held.toReversed().slice(0, 12);
    expect(cleared).toEqual(newest.flatMap(({ names }) => names));
  });
});

describe('a refresh', () => {
  const refresh = (cookie: string, csrfToken?: string) =>
    call('/auth/refresh', cookie, { ...(csrfToken !== undefined && { csrf: csrfToken }) });

  it.each([
    ['older', old, newer],
    ['newer', newer, old],
  ])('L30 of the %s of two sign-ins sets its own cookies and clears none', async (_, own, other) => {
    next.refreshed = (sid) => {
      expect(sid).toBe(own.sid);
      return issuedOf(own);
    };
    const answer = await refresh(`${other.both}; ${own.both}`, own.csrfToken);
    expect([answer.set, answer.cleared]).toEqual([own.names, []]);
  });

  it('L30 that fails clears the cookies of its own sign-in', async () => {
    next.refreshed = (sid) => {
      throw new SessionOver(sid);
    };
    const answer = await refresh(`${old.both}; ${newer.both}`, old.csrfToken);
    expect([answer.code(), answer.set, answer.cleared]).toEqual(['invalid_grant', [], old.names]);
  });

  it('L30 that rotates nothing sets no cookie', async () => {
    next.refreshed = () => ({ ...issuedOf(old), delivery: { by: 'kept_cookies' } });
    const answer = await refresh(old.both, old.csrfToken);
    expect([answer.status, answer.setCookies]).toEqual([200, []]);
    expect(answer.json()).toEqual({
      access_token: 'access',
      token_type: 'Bearer',
      expires_in: 900,
      session_id: old.sid,
    });
  });

  it('replaces cookies of the release before', async () => {
    next.refreshed = () => issuedOf(old);
    const answer = await refresh(old.former, old.csrfToken);
    expect([answer.set, answer.cleared]).toEqual([old.names, formerNames]);
  });

  it('leaves cookies of the release before that are of another sign-in', async () => {
    next.refreshed = () => issuedOf(newer);
    expect((await refresh(`${newer.both}; ${old.former}`, newer.csrfToken)).cleared).toEqual([]);
  });

  it.each([undefined, '', signedIn(1).csrfToken])(
    'L16 with a CSRF token that fits none is refused: %#',
    async (token) => {
      const answer = await refresh(`${old.both}; ${newer.both}; ${old.former}`, token);
      expect([answer.status, answer.code(), answer.setCookies]).toEqual([403, 'csrf', []]);
    },
  );

  it('L16 with the CSRF token of a fifth sign-in is refused', async () => {
    const others = [1, 2, 3, 4].map((second) => signedIn(1_800_000_000 + second).both);
    expect((await refresh([old.both, ...others].join('; '), old.csrfToken)).code()).toBe('csrf');
  });
});

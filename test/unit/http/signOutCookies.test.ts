import { beforeEach, describe, expect, it } from 'vitest';
import { unprovenContext } from '../../../lambdas/core/sessions/principal.ts';
import { anonymous, by, call, ended, formerNames, newer, old } from '../../support/worlds/browser.ts';
import { signedIn } from '../../support/worlds/heldSignIns.ts';

beforeEach(() => {
  ended.length = 0;
});

describe('a sign-out', () => {
  const both = `${old.both}; ${newer.both}`;
  const later = [5, 4, 3, 2].map((second) => signedIn(1_800_000_000 + second));

  it.each([
    ['older', old],
    ['newer', newer],
  ])('L30 of the %s of two sign-ins ends and clears its own', async (_, own) => {
    const answer = await call('/auth/logout', both, { csrf: own.csrfToken, ...by(own) });
    expect([answer.status, answer.cleared]).toEqual([204, own.names]);
    expect(ended).toMatchObject([{ sid: own.sid }]);
  });

  it('L30 by the refresh cookie alone ends and clears its own', async () => {
    const answer = await call('/auth/logout', `${old.refresh}; ${newer.refresh}`, {
      csrf: old.csrfToken,
      ...anonymous,
    });
    expect([answer.status, answer.cleared]).toEqual([204, old.names]);
    expect(ended).toMatchObject([{ sid: old.sid }]);
  });

  it('L30 of a dead session clears the cookie that its CSRF token chooses', async () => {
    const cookie = `${old.session}; ${newer.session}`;
    const answer = await call('/auth/logout', cookie, { csrf: old.csrfToken, ...anonymous });
    expect([answer.status, answer.cleared, ended]).toEqual([204, old.names, []]);
  });

  it.each([
    ['both cookies', old.both, old.names],
    ['both cookies beside tossed ones', `${old.both}; ${formerNames[1]}=a`, [...old.names, ...formerNames]],
    ['those of two sign-ins', both, [...newer.names, ...old.names]],
    ['those of the release before', old.former, formerNames],
    ['malformed ones alone', `${formerNames[1]}=a`, formerNames],
    [
      'those of the four newest',
      [old, ...later].map((one) => one.both).join('; '),
      later.flatMap(({ names }) => names),
    ],
  ])('S02 of a session that has ended elsewhere takes back, without a CSRF token, %s', async (_, cookie, names) => {
    const answer = await call('/auth/logout', cookie, anonymous);
    expect([answer.status, answer.cleared, ended]).toEqual([204, names, []]);
  });

  it('L16 leaves a refresh cookie alone that comes without its session cookie and its CSRF token', async () => {
    const alone = await call('/auth/logout', newer.refresh, anonymous);
    expect([alone.code(), alone.setCookies]).toEqual(['csrf', []]);
    const beside = await call('/auth/logout', `${old.both}; ${newer.refresh}`, anonymous);
    expect([beside.status, beside.cleared, ended]).toEqual([204, old.names, []]);
  });

  it('with a token in the body is that token’s, whatever cookies come', async () => {
    const body = JSON.stringify({ refresh_token: old.refreshToken });
    const answer = await call('/auth/logout', newer.both, { body, ...anonymous });
    expect([answer.status, answer.setCookies]).toEqual([204, []]);
    expect(ended).toMatchObject([{ sid: old.sid }]);
  });
});

describe('a session cookie', () => {
  it('L30 is told the CSRF token of the sign-in that counts', async () => {
    const cookie = `${old.session}; ${newer.session}`;
    for (const own of [old, newer]) {
      const told = await call('/auth/csrf', cookie, { method: 'GET', ...by(own) });
      expect(told.json()).toEqual({ csrf_token: own.csrfToken });
    }
  });

  it('is told the token of the very cookie that opened its session', async () => {
    const [, , secret = ''] = newer.sessionCookie.split('.');
    const forged = old.session.replace(/_\d{10}/, '_2000000000').replace(/[^.]+$/, secret);
    const told = await call('/auth/csrf', `${forged}; ${old.session}`, { method: 'GET', ...by(old) });
    expect(told.json()).toEqual({ csrf_token: old.csrfToken });
  });

  it('L16 that the CSRF token did not choose authenticates nothing', async () => {
    const cookie = `${old.session}; ${newer.session}`;
    const everywhere = (input: object) => call('/auth/logout-everywhere', cookie, input);
    expect((await everywhere({ csrf: old.csrfToken, ...by(old) })).status).toBe(204);
    expect((await everywhere({ csrf: newer.csrfToken, ...by(old) })).code()).toBe('csrf');
    expect((await everywhere({ csrf: old.csrfToken, authorizer: unprovenContext })).code()).toBe('csrf');
  });
});

import type { Context } from 'aws-lambda';
import { parseSetCookie } from 'cookie';
import { beforeEach, describe, expect, it } from 'vitest';
import { problemSchema } from '../../../lambdas/contract/problems.ts';
import type { IssuedTokens } from '../../../lambdas/core/sessions/delivery.ts';
import { toAuthorizerContext, unprovenContext } from '../../../lambdas/core/sessions/principal.ts';
import { SessionOver } from '../../../lambdas/core/sessions/sessionOver.ts';
import { csrf, logout } from '../../../lambdas/endpoints/sessions.ts';
import { refreshTokenInCookie } from '../../../lambdas/http/csrf.ts';
import { noContent } from '../../../lambdas/http/endpoint.ts';
import { httpHandler } from '../../../lambdas/http/httpHandler.ts';
import { deliverRenewed, deliverTokens, signInDelivery } from '../../../lambdas/http/tokenDelivery.ts';
import { macKey, type SignedIn, signedIn } from '../../support/worlds/heldSignIns.ts';
import { type EventInput, httpEvent } from '../../support/worlds/httpEvent.ts';
import { testAccount, testMacKeys } from '../../support/worlds/world.ts';

const issuer = 'https://auth.example';
const formerNames = ['__Host-gatehouse_session', '__Secure-gatehouse_refresh'];
const old = signedIn(1_800_000_000);
const newer = signedIn(1_800_000_001);
const ended: unknown[] = [];
const unreachable = () => Promise.reject(new Error('is not to be reached'));

const issuedOf = ({ sid, id, refreshToken, sessionCookie }: SignedIn): IssuedTokens => ({
  sid,
  accessToken: 'access',
  accessTokenTtlSeconds: 900,
  refreshToken,
  delivery: { by: 'cookie', cookieId: id, sessionCookie, maxAgeSeconds: 77 },
});

/** What the next refresh comes to. */
let refreshed: (sid: string) => IssuedTokens;
const handler = httpHandler(
  { issuer, allowedOrigins: [] },
  {
    login: async (request) => {
      const delivery = signInDelivery(request);
      const previous = delivery.by === 'cookie' ? delivery.previousSessions : [];
      return { ...deliverTokens(issuedOf(newer), request), headers: { 'x-previous': previous.join() } };
    },
    csrf: csrf(),
    refresh: async (request) => {
      const token = refreshTokenInCookie(request);
      return deliverRenewed(refreshed(token?.sid ?? 'none'), request);
    },
    logout: logout({
      accounts: { find: async (sub) => testAccount({ sub }) },
      revocation: { revoke: async (input) => ended.push(input) > 0, revokeEverywhere: unreachable },
      refreshKeys: testMacKeys(macKey),
      limits: { consume: unreachable },
      audit: { record: unreachable },
      clock: () => 1000,
    }),
    logoutEverywhere: async () => noContent,
  },
);

async function call(path: string, cookie: string, input: Partial<EventInput> & { csrf?: string } = {}) {
  const { csrf: csrfToken, ...rest } = input;
  const headers = {
    origin: issuer,
    cookie,
    ...(csrfToken !== undefined && { 'x-csrf-token': csrfToken }),
    ...(input.body && { 'content-type': 'application/json' }),
  };
  const response = await handler(httpEvent({ method: 'POST', path, ...rest, headers }), {
    awsRequestId: '1',
  } as Context);
  const setCookies = (response.multiValueHeaders?.['set-cookie'] ?? []).map((text) => parseSetCookie(String(text)));
  const names = (cleared: boolean) => setCookies.filter(({ maxAge }) => (maxAge === 0) === cleared);
  return {
    status: response.statusCode,
    headers: response.headers,
    json: () => JSON.parse(response.body),
    code: () => problemSchema.parse(JSON.parse(response.body)).code,
    setCookies,
    set: names(false).map(({ name }) => name),
    cleared: names(true).map(({ name }) => name),
  };
}

const login = (cookie: string) =>
  call('/auth/login', cookie, { body: JSON.stringify({ email: 'a@example.com', password: 'x' }) });
const by = ({ sub, sid }: SignedIn, via: 'session_cookie' | 'access_token' = 'session_cookie') => ({
  authorizer: toAuthorizerContext({
    sub,
    sid,
    jti: undefined,
    clientId: 'gatehouse',
    scope: 'account',
    roles: [],
    tenantId: 'acme',
    authTime: 1,
    amr: ['pwd'],
    acr: 'aal1',
    via,
    issuedAt: 1,
    expiresAt: 2,
  }),
});
const anonymous = { authorizer: { principal: 'anonymous' } };

beforeEach(() => {
  ended.length = 0;
});

describe('a sign-in', () => {
  it('L30 sets cookies that are its own, and clears those that it was sent', async () => {
    const raced = signedIn(1_799_999_000);
    const answer = await login(`${old.both}; ${raced.both}; ${old.former}`);
    expect(answer.set).toEqual(newer.names);
    expect(answer.cleared).toEqual([...old.names, ...raced.names, ...formerNames]);
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
    expect(answer.headers).toMatchObject({ 'x-previous': newest.map(({ sessionCookie }) => sessionCookie).join() });
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
    refreshed = (sid) => {
      expect(sid).toBe(own.sid);
      return issuedOf(own);
    };
    const answer = await refresh(`${other.both}; ${own.both}`, own.csrfToken);
    expect([answer.set, answer.cleared]).toEqual([own.names, []]);
  });

  it('L30 that fails clears the cookies of its own sign-in', async () => {
    refreshed = (sid) => {
      throw new SessionOver(sid);
    };
    const answer = await refresh(`${old.both}; ${newer.both}`, old.csrfToken);
    expect([answer.code(), answer.set, answer.cleared]).toEqual(['invalid_grant', [], old.names]);
  });

  it('L30 that rotates nothing sets no cookie', async () => {
    refreshed = () => ({ ...issuedOf(old), delivery: { by: 'kept_cookies' } });
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
    refreshed = () => issuedOf(old);
    const answer = await refresh(old.former, old.csrfToken);
    expect([answer.set, answer.cleared]).toEqual([old.names, formerNames]);
  });

  it('leaves cookies of the release before that are of another sign-in', async () => {
    refreshed = () => issuedOf(newer);
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

  it('L16 that the CSRF token did not choose authenticates nothing', async () => {
    const cookie = `${old.session}; ${newer.session}`;
    const everywhere = (input: object) => call('/auth/logout-everywhere', cookie, input);
    expect((await everywhere({ csrf: old.csrfToken, ...by(old) })).status).toBe(204);
    expect((await everywhere({ csrf: newer.csrfToken, ...by(old) })).code()).toBe('csrf');
    expect((await everywhere({ csrf: old.csrfToken, authorizer: unprovenContext })).code()).toBe('csrf');
  });
});

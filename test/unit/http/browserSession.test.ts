import type { Context } from 'aws-lambda';
import { parseSetCookie } from 'cookie';
import { describe, expect, it } from 'vitest';
import { problemSchema } from '../../../lambdas/contract/problemBodies.ts';
import { cookieIdOf } from '../../../lambdas/core/sessions/cookieId.ts';
import { csrfTokenOf } from '../../../lambdas/core/sessions/csrfToken.ts';
import { type Principal, toAuthorizerContext } from '../../../lambdas/core/sessions/principal.ts';
import { encodeRefreshToken, newSessionSecret } from '../../../lambdas/core/sessions/refreshToken.ts';
import { newSessionId } from '../../../lambdas/core/sessions/session.ts';
import {
  encodeSessionCookie,
  hashCookieSecret,
  sessionCookieSecret,
} from '../../../lambdas/core/sessions/sessionCookie.ts';
import { SessionOver } from '../../../lambdas/core/sessions/sessionOver.ts';
import { csrf, logout, refresh } from '../../../lambdas/endpoints/sessions.ts';
import type { RefreshDeps } from '../../../lambdas/flows/sessions/refreshSession.ts';
import { json, noContent } from '../../../lambdas/http/endpoint.ts';
import { httpHandler } from '../../../lambdas/http/httpHandler.ts';
import { deliverTokens, presentedDevice, signInDelivery } from '../../../lambdas/http/tokenDelivery.ts';
import { type EventInput, httpEvent } from '../../support/worlds/httpEvent.ts';
import { testAccount, testMacKey, testMacKeys, testPrincipal } from '../../support/worlds/world.ts';

const issuer = 'https://auth.example';
const { sub } = testAccount();
const sid = newSessionId(0);
const macKey = testMacKey();
const sessionSecret = newSessionSecret();
const secret = sessionCookieSecret(sessionSecret);
const sessionCookie = encodeSessionCookie({ sub, sid, secret });
const refreshToken = encodeRefreshToken(
  { kid: macKey.kid, sub, sid, generation: 3, sessionSecret },
  'gatehouse',
  macKey,
);
const cookieId = cookieIdOf({ createdAt: 1_800_000_000, sid });
const names = { session: `__Host-gatehouse_session_${cookieId}`, refresh: `__Host-gatehouse_refresh_${cookieId}` };
const session = `${names.session}=${sessionCookie}`;
const refreshCookie = `${names.refresh}=${refreshToken}`;

const principal = (via: Principal['via'], of = sid): Principal => {
  const cookieHash = via === 'session_cookie' ? hashCookieSecret(secret) : undefined;
  return testPrincipal({ sub, sid: of, jti: undefined, via, cookieHash });
};

const ended: unknown[] = [];
const issued = { sid, accessToken: 'access', accessTokenTtlSeconds: 900, refreshToken, deviceToken: 'device' };
const unreachable = () => Promise.reject(new Error('is not to be reached'));
const noRefresh: RefreshDeps = {
  rotation: { rotate: unreachable },
  sessions: { read: unreachable },
  revocation: { revoke: unreachable },
  signingKeys: { current: unreachable },
  refreshKeys: { find: async () => undefined },
  tenants: { of: () => 'acme', seen: () => undefined },
  audit: { record: unreachable },
  onReuse: () => undefined,
  settings: {
    issuer,
    audience: issuer,
    accessTokenTtlSeconds: 900,
    refreshIdleTtlSeconds: 1,
    refreshAbsoluteTtlSeconds: 1,
  },
  retryWindowSeconds: 10,
  clock: () => 0,
};

const handler = httpHandler(
  { issuer, allowedOrigins: [] },
  {
    login: async (request) => {
      const delivery = signInDelivery(request);
      const device = presentedDevice(request, request.input.body.device_token);
      return delivery.by === 'body'
        ? deliverTokens({ ...issued, delivery }, request)
        : {
            ...deliverTokens(
              { ...issued, delivery: { by: 'cookie', cookieId, sessionCookie, maxAgeSeconds: 77 } },
              request,
            ),
            headers: { 'x-previous': delivery.previousSessions.map(({ sid }) => sid).join(), 'x-device': `${device}` },
          };
    },
    csrf: csrf(),
    refresh: refresh(noRefresh),
    logout: logout({
      accounts: { find: async () => testAccount({ sub }) },
      revocation: {
        revoke: async (input) => ended.push(input) > 0,
        revokeEverywhere: unreachable,
      },
      refreshKeys: testMacKeys(macKey),
      limits: { consume: unreachable },
      audit: { record: unreachable },
      clock: () => 1000,
    }),
    logoutEverywhere: async () => noContent,
    me: async () => json(200, {}),
    register: async () => {
      throw new SessionOver(sid);
    },
  },
);

async function call(path: string, input: Partial<EventInput> = {}) {
  const headers = { ...(input.body && { 'content-type': 'application/json' }), ...input.headers };
  const event = httpEvent({ method: 'POST', path, ...input, headers });
  const response = await handler(event, { awsRequestId: '1' } as Context);
  const setCookies = (response.multiValueHeaders?.['set-cookie'] ?? []).map(String);
  return {
    ...response,
    setCookies: setCookies.map((text) => parseSetCookie(text)),
    code: () => problemSchema.parse(JSON.parse(response.body)).code,
  };
}

const by = (via: Principal['via'], of = sid) => ({ authorizer: toAuthorizerContext(principal(via, of)) });
const credentials = JSON.stringify({ email: 'a@example.com', password: 'x' });
const attributes = { httpOnly: true, secure: true, sameSite: 'strict' };

describe('delivery', () => {
  it('S02 S08 to a browser puts only the access token into the body', async () => {
    const response = await call('/auth/login', { body: credentials, headers: { origin: issuer } });
    expect(response.setCookies).toEqual([
      { name: names.session, value: sessionCookie, path: '/', maxAge: 77, ...attributes },
      { name: names.refresh, value: refreshToken, path: '/', maxAge: 77, ...attributes },
      { name: '__Host-gatehouse_device', value: 'device', path: '/', maxAge: 15_552_000, ...attributes },
    ]);
    expect(JSON.parse(response.body)).toEqual({
      access_token: 'access',
      token_type: 'Bearer',
      expires_in: 900,
      session_id: sid,
    });
  });

  it('to everybody else is in the body, whatever cookies they send', async () => {
    const response = await call('/auth/login', { body: credentials, headers: { cookie: session } });
    expect(response.setCookies).toEqual([]);
    expect(JSON.parse(response.body)).toMatchObject({ refresh_token: refreshToken, device_token: 'device' });
  });

  it('to a browser knows what the browser held', async () => {
    const cookie = `${session}; __Host-gatehouse_device=known`;
    const body = JSON.stringify({ ...JSON.parse(credentials), device_token: 'from a script' });
    const response = await call('/auth/login', { body, headers: { origin: issuer, cookie } });
    expect(response.headers).toMatchObject({ 'x-previous': sid, 'x-device': 'known' });
  });

  it('is taken back with an error that says that the session is over', async () => {
    const response = await call('/auth/register', {
      body: JSON.stringify({ email: 'a@example.com' }),
      headers: { cookie: session },
    });
    expect(response.code()).toBe('invalid_grant');
    expect(response.setCookies).toEqual([
      { name: names.session, value: '', path: '/', maxAge: 0, ...attributes },
      { name: names.refresh, value: '', path: '/', maxAge: 0, ...attributes },
    ]);
  });
});

describe('a CSRF token', () => {
  const good = csrfTokenOf(secret);
  const everywhere = (headers: Record<string, string>, via: Principal['via'] = 'session_cookie') =>
    call('/auth/logout-everywhere', { headers, ...by(via) });

  it('is told to a session cookie', async () => {
    const told = await call('/auth/csrf', { method: 'GET', headers: { cookie: session }, ...by('session_cookie') });
    expect(JSON.parse(told.body)).toEqual({ csrf_token: good });
  });

  it('is not told to an access token, nor without a cookie', async () => {
    for (const input of [
      { headers: { cookie: session }, ...by('access_token') },
      { headers: {}, ...by('session_cookie') },
    ]) {
      expect((await call('/auth/csrf', { method: 'GET', ...input })).code()).toBe('invalid_token');
    }
  });

  it('L16 is asked for of every unsafe method that a cookie authenticates', async () => {
    const wrong = csrfTokenOf(sessionCookieSecret(newSessionSecret()));
    for (const origin of [{}, { origin: issuer }]) {
      for (const token of [{}, { 'x-csrf-token': '' }, { 'x-csrf-token': wrong }, { 'x-csrf-token': secret }]) {
        const answer = await everywhere({ cookie: session, ...origin, ...token });
        expect([answer.statusCode, answer.code()], JSON.stringify(token)).toEqual([403, 'csrf']);
      }
      expect((await everywhere({ cookie: session, ...origin, 'x-csrf-token': good })).statusCode).toBe(204);
    }
  });

  it('has to be that of the cookie in the same request', async () => {
    expect((await everywhere({ 'x-csrf-token': good })).code()).toBe('csrf');
    expect((await everywhere({ 'x-csrf-token': good, cookie: `${names.session}=x` })).code()).toBe('csrf');
  });

  it('is not asked for of an access token, nor of a safe method', async () => {
    expect((await everywhere({ cookie: session }, 'access_token')).statusCode).toBe(204);
    const me = await call('/auth/me', { method: 'GET', headers: { cookie: session }, ...by('session_cookie') });
    expect(me.statusCode).toBe(200);
  });
});

describe('a refresh', () => {
  it('L16 by cookie needs the CSRF token', async () => {
    for (const origin of [{}, { origin: issuer }]) {
      const without = await call('/auth/refresh', { headers: { cookie: `${refreshCookie}; ${session}`, ...origin } });
      expect([without.statusCode, without.code()]).toEqual([403, 'csrf']);
      expect(without.setCookies).toEqual([]);
    }
    const headers = { cookie: refreshCookie, origin: issuer, 'x-csrf-token': csrfTokenOf(secret) };
    const answer = await call('/auth/refresh', { headers });
    expect(answer.code()).toBe('invalid_grant');
    expect(answer.setCookies.map(({ maxAge }) => maxAge)).toEqual([0, 0]);
  });

  it('S08 by a token in a browser’s body is refused before anything is read', async () => {
    const body = JSON.stringify({ refresh_token: refreshToken });
    const headers = { origin: issuer, cookie: refreshCookie, 'x-csrf-token': csrfTokenOf(secret) };
    const answer = await call('/auth/refresh', { body, headers });
    expect([answer.code(), answer.setCookies]).toEqual(['invalid_grant', []]);
  });

  it('of nothing names what is missing', async () => {
    for (const input of [{}, { body: '{}' }])
      expect((await call('/auth/refresh', input)).code()).toBe('invalid_request');
  });
});

describe('a sign-out', () => {
  const anonymous = { authorizer: { principal: 'anonymous' } };

  it('by session cookie ends the session with its cookies', async () => {
    ended.length = 0;
    const headers = { cookie: `${session}; ${refreshCookie}`, 'x-csrf-token': csrfTokenOf(secret) };
    const answer = await call('/auth/logout', { headers, ...by('session_cookie') });
    expect([answer.statusCode, answer.setCookies.map(({ maxAge }) => maxAge)]).toEqual([204, [0, 0]]);
    expect(ended).toMatchObject([{ sub, sid }]);
  });

  it('by access token takes back the cookies of its own session alone', async () => {
    const own = await call('/auth/logout', { headers: { cookie: session }, ...by('access_token') });
    expect(own.setCookies).toHaveLength(2);
    const foreign = await call('/auth/logout', {
      headers: { cookie: session },
      ...by('access_token', newSessionId(0)),
    });
    expect([foreign.statusCode, foreign.setCookies]).toEqual([204, []]);
  });

  it('L16 by refresh cookie alone needs the CSRF token', async () => {
    ended.length = 0;
    const without = await call('/auth/logout', { headers: { cookie: refreshCookie }, ...anonymous });
    expect([without.code(), ended]).toEqual(['csrf', []]);
    const headers = { cookie: refreshCookie, 'x-csrf-token': csrfTokenOf(secret) };
    expect((await call('/auth/logout', { headers, ...anonymous })).setCookies).toHaveLength(2);
    expect(ended).toMatchObject([{ sub, sid, proof: { secretHash: expect.any(String) } }]);
  });

  it('with the cookie of a dead session takes it back', async () => {
    const dead = await call('/auth/logout', { headers: { cookie: session }, ...anonymous });
    expect([dead.statusCode, dead.setCookies.length]).toEqual([204, 2]);
  });

  it('with nothing to end is refused', async () => {
    expect((await call('/auth/logout', anonymous)).code()).toBe('invalid_token');
  });
});

describe('S02 a cookie that came twice', () => {
  const device = '__Host-gatehouse_device=tossed';
  const twice = [session, refreshCookie, device].map((pair) => `${pair}; a=b; ${pair}x`);

  it('is none', async () => {
    const headers = { cookie: twice.join('; '), 'x-csrf-token': csrfTokenOf(secret) };
    expect((await call('/auth/refresh', { headers })).code()).toBe('invalid_request');
  });

  it.each(twice)('shuts nobody out: %#', async (cookie) => {
    const response = await call('/auth/login', { body: credentials, headers: { origin: issuer, cookie } });
    expect(response.statusCode).toBe(200);
    expect(response.headers).toMatchObject({ 'x-previous': '', 'x-device': 'undefined' });
  });
});

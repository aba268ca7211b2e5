import type { Context } from 'aws-lambda';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { problemSchema } from '../../../lambdas/contract/problemBodies.ts';
import { ProblemError } from '../../../lambdas/core/common/errors.ts';
import { anonymousContext, toAuthorizerContext } from '../../../lambdas/core/sessions/principal.ts';
import { json, noContent } from '../../../lambdas/http/endpoint.ts';
import { httpHandler } from '../../../lambdas/http/httpHandler.ts';
import { type EventInput, httpEvent } from '../../support/worlds/httpEvent.ts';
import { testPrincipal } from '../../support/worlds/world.ts';

const principal = testPrincipal();

const handler = httpHandler(
  { issuer: 'https://auth.example', allowedOrigins: ['https://app.example'] },
  {
    login: async ({ input, fromBrowser }) => json(200, { ...input.body, fromBrowser }),
    register: async () => {
      throw new ProblemError('unavailable', { retryAfterSeconds: 3, cause: new Error('arn:aws:secret') });
    },
    refresh: async () => {
      throw new TypeError('cannot read arn:aws:dynamodb:eu-west-1:1:table/Accounts');
    },
    me: async ({ principal: who }) => json(200, { sub: who?.sub }),
    logout: async () => noContent,
    revokeSession: async ({ input }) => json(200, input.path),
    submitConfirmEmailPage: async ({ principal: who }) => json(200, { sub: who?.sub }),
  },
);

async function call(input: EventInput) {
  const response = await handler(httpEvent(input), { awsRequestId: '1' } as Context);
  return { ...response, problem: () => problemSchema.parse(JSON.parse(response.body)) };
}

const credentials = { email: 'a@example.com', password: 'x' };

function login(body: string, headers: Record<string, string> = { 'content-type': 'application/json' }) {
  return call({ method: 'POST', path: '/auth/login', headers, body });
}

describe('a request', () => {
  it('reaches its endpoint as its parsed body alone', async () => {
    const response = await login(JSON.stringify(credentials));
    expect(response.statusCode).toBe(200);
    expect(JSON.parse(response.body)).toEqual({ ...credentials, fromBrowser: false });
  });

  it('gets the security headers, on success and on failure', async () => {
    for (const response of [await login(JSON.stringify(credentials)), await login('{')]) {
      expect(response.headers).toMatchObject({
        'strict-transport-security': expect.stringContaining('max-age='),
        'x-content-type-options': 'nosniff',
        'referrer-policy': 'no-referrer',
        'cache-control': 'no-store',
      });
    }
  });

  it.each([
    ['https://auth.example', true],
    ['https://localhost:8443', false],
    ['https://a.localhost', false],
    ['https://localhost.example', true],
  ])('to %s asks for TLS from now on: %s', async (issuer, asked) => {
    const at = httpHandler({ issuer, allowedOrigins: [] }, { health: async () => json(200, {}) });
    const { headers } = await at(httpEvent({ method: 'GET', path: '/health' }), { awsRequestId: '1' } as Context);
    expect(Object.keys(headers ?? {}).includes('strict-transport-security')).toBe(asked);
  });

  it('by HEAD is answered as by GET, without the body, where anybody may read', async () => {
    const served = { health: async () => json(200, { status: 'ok' }), me: async () => json(200, {}) };
    const at = httpHandler({ issuer: 'https://auth.example', allowedOrigins: [] }, served);
    const ask = (method: string, path: string) => at(httpEvent({ method, path }), { awsRequestId: '1' } as Context);
    const [got, asked] = [await ask('GET', '/health'), await ask('HEAD', '/health')];
    expect(asked).toEqual({ ...got, body: '' });
    expect(await ask('HEAD', '/auth/me')).toMatchObject({ statusCode: 404, body: '' });
  });

  it('for a path that the Lambda does not serve is 404', async () => {
    expect((await call({ method: 'GET', path: '/health' })).problem().code).toBe('not_found');
    expect((await call({ method: 'GET', path: '/nowhere' })).problem().code).toBe('not_found');
  });

  it('names the field that is wrong', async () => {
    const problem = (await login('{"email":"a@example.com"}')).problem();
    expect(problem).toMatchObject({ status: 400, code: 'invalid_request', request_id: 'request-1' });
    expect(problem.errors).toEqual([{ field: 'password', message: expect.any(String) }]);
  });

  it('with a member that is not known is refused, by name', async () => {
    const problem = (await login(JSON.stringify({ ...credentials, roles: ['admin'] }))).problem();
    expect(problem.errors?.map(({ field }) => field)).toEqual(['roles']);
  });

  it('D05 with __proto__ or constructor is refused', async () => {
    for (const name of ['__proto__', 'constructor', 'prototype']) {
      const body = `{"email":"a@example.com","password":"x","${name}":{"polluted":true}}`;
      expect((await login(body)).statusCode, name).toBe(400);
    }
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each(['', '{', 'null', '[]', '"text"', '1e999', '{"email":1e999,"password":[]}', '[[[[[[['])(
    'with the body %j is a 400 with a field',
    async (body) => {
      const problem = (await login(body)).problem();
      expect(problem.status).toBe(400);
      expect(problem.errors?.length).toBeGreaterThan(0);
    },
  );

  it('that is no UTF-8 is a 400: two passwords do not become one', async () => {
    const body = Buffer.from([...Buffer.from('{"email":"a@example.com","password":"'), 0xff, ...Buffer.from('"}')]);
    const problem = (await login(body.toString('utf8'))).problem();
    expect(problem.errors).toEqual([{ field: 'body', message: 'Not valid UTF-8' }]);
  });

  it('with another content type is 415', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', '']) {
      const response = await login(JSON.stringify(credentials), { 'content-type': type });
      expect(response.problem(), type).toMatchObject({ status: 415, code: 'unsupported_media_type' });
    }
    const response = await login(JSON.stringify(credentials), { 'Content-Type': 'Application/JSON; charset=utf-8' });
    expect(response.statusCode).toBe(200);
  });

  it('with a body over 64 KiB is 413, before it is parsed', async () => {
    const response = await login(`{"email":"${'a'.repeat(65_536)}`);
    expect(response.problem()).toMatchObject({ status: 413, code: 'payload_too_large' });
  });

  it('never becomes a 5xx by its body', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.json(), fc.string({ unit: 'binary' })), async (body) => {
        expect((await login(body)).statusCode).toBeLessThan(500);
      }),
      { numRuns: 300 },
    );
  });
});

describe('an error', () => {
  it('without a designed answer is a 500 that says nothing', async () => {
    const response = await call({
      method: 'POST',
      path: '/auth/refresh',
      headers: { 'content-type': 'application/json' },
      body: '{"refresh_token":"x"}',
    });
    expect(response.problem()).toMatchObject({ status: 500, code: 'internal', detail: 'Internal error' });
    expect(response.body).not.toMatch(/arn:|TypeError|at /);
  });

  it('that is a refusal for now carries Retry-After alone', async () => {
    const response = await call({
      method: 'POST',
      path: '/auth/register',
      headers: { 'content-type': 'application/json' },
      body: '{"email":"a@example.com"}',
    });
    expect(response.statusCode).toBe(503);
    expect(response.headers).toMatchObject({ 'retry-after': '3' });
    expect(response.body).not.toContain('arn:');
  });
});

describe('identity', () => {
  it('comes from the authorizer', async () => {
    const response = await call({ method: 'GET', path: '/auth/me', authorizer: toAuthorizerContext(principal) });
    expect(JSON.parse(response.body)).toEqual({ sub: 'sub' });
  });

  it('is missing where the gateway ran no authorizer, which fails the request', async () => {
    expect((await call({ method: 'GET', path: '/auth/me' })).statusCode).toBe(500);
  });

  it('is not anonymous on an authenticated route', async () => {
    const response = await call({ method: 'GET', path: '/auth/me', authorizer: { principal: 'anonymous' } });
    expect(response.problem().code).toBe('invalid_token');
  });

  it('may be anonymous on an optional route', async () => {
    const response = await call({ method: 'POST', path: '/auth/logout', authorizer: { principal: 'anonymous' } });
    expect(response.statusCode).toBe(204);
  });
});

describe('an origin', () => {
  const from = (origin: string) =>
    login(JSON.stringify(credentials), { 'content-type': 'application/json', Origin: origin });

  it('may call and read when it is configured, or the issuer’s', async () => {
    for (const origin of ['https://app.example', 'https://auth.example']) {
      const response = await from(origin);
      expect(response.statusCode).toBe(200);
      expect(response.headers).toMatchObject({ 'access-control-allow-origin': origin, vary: 'Origin' });
      expect(JSON.parse(response.body).fromBrowser).toBe(true);
    }
  });

  it.each([
    'https://evil.example',
    'null',
    '',
    'http://app.example',
    'https://app.example.evil.example',
    'https://evil-app.example',
    'https://evil.app.example',
    'https://app.example:8443',
    'https://app.example/',
    'https://APP.example',
    'https://app.example https://evil.example',
  ])('L16 %j is refused on an unsafe method', async (origin) => {
    const response = await from(origin);
    expect(response.problem()).toMatchObject({ status: 403, code: 'csrf' });
    expect(response.headers).not.toHaveProperty('access-control-allow-origin');
  });

  it('L16 that a browser leaves out and calls foreign is refused on an unsafe method', async () => {
    const said = (site: string, method = 'POST') =>
      call({
        method,
        path: method === 'POST' ? '/auth/login' : '/auth/me',
        headers: { 'content-type': 'application/json', 'sec-fetch-site': site },
        ...(method === 'POST' && { body: JSON.stringify(credentials) }),
        authorizer: toAuthorizerContext(principal),
      });
    for (const site of ['cross-site', 'same-site', 'nonsense']) expect((await said(site)).problem().code).toBe('csrf');
    for (const site of ['same-origin', 'none']) expect((await said(site)).statusCode).toBe(200);
    expect((await said('cross-site', 'GET')).statusCode).toBe(200);
  });

  it('that a form hides is our own only where the browser says so', async () => {
    const form = (site: string) =>
      login(JSON.stringify(credentials), {
        'content-type': 'application/json',
        origin: 'null',
        'sec-fetch-site': site,
      });
    const own = await form('same-origin');
    expect(own.statusCode).toBe(200);
    expect(own.headers).not.toHaveProperty('access-control-allow-origin');
    for (const site of ['cross-site', 'same-site', 'none']) expect((await form(site)).problem().code).toBe('csrf');
  });

  it('L26 of a page that is not ours sends no form in the name of who is signed in by cookie', async () => {
    const send = (origin: string | undefined, via?: 'session_cookie' | 'access_token') =>
      call({
        method: 'POST',
        path: '/auth/link/confirm-email',
        headers: { 'content-type': 'application/x-www-form-urlencoded', ...(origin !== undefined && { origin }) },
        body: 'token=t',
        authorizer: via ? toAuthorizerContext({ ...principal, via }) : anonymousContext,
      });
    const ours = await send('https://auth.example', 'session_cookie');
    expect([ours.statusCode, ours.body]).toEqual([200, '{"sub":"sub"}']);
    expect((await send('https://app.example', 'session_cookie')).problem()).toMatchObject({
      status: 403,
      code: 'csrf',
    });
    expect((await send(undefined, 'session_cookie')).body).toBe('{}');
    // What it brings besides speaks for itself, and no cookie does.
    expect((await send('https://app.example', 'access_token')).statusCode).toBe(200);
    expect((await send('https://app.example')).body).toBe('{}');
  });

  it('gets a preflight answer only when it is allowed', async () => {
    const preflight = (origin: string) =>
      call({ method: 'OPTIONS', path: '/auth/login', headers: { origin, 'access-control-request-method': 'POST' } });
    const allowed = await preflight('https://app.example');
    expect(allowed.statusCode).toBe(204);
    expect(allowed.headers).toMatchObject({ 'access-control-allow-methods': expect.stringContaining('POST') });
    expect((await preflight('https://evil.example')).headers).not.toHaveProperty('access-control-allow-origin');
  });
});

it('a path parameter that is none of ours is a 400 with its name', async () => {
  const response = await call({
    method: 'DELETE',
    path: '/auth/sessions/{sid}',
    pathParameters: { sid: "' OR 1=1" },
    authorizer: toAuthorizerContext(principal),
  });
  expect(response.problem().errors?.map(({ field }) => field)).toEqual(['path.sid']);
});

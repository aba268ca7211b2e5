import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { problemSchema } from '../../../lambdas/contract/problemBodies.ts';
import { inputOf, type RouteId, routeIds, routes } from '../../../lambdas/contract/routes.ts';
import type { ApiResponse } from '../../../scripts/local/stack/apiClient.ts';
import { memberNames } from '../../support/fuzz/memberNames.ts';
import { api } from '../../support/people/api.ts';
import { problemOf, signedUp } from '../../support/people/people.ts';
import { stack } from '../../support/stack/stack.ts';

const json = { 'content-type': 'application/json' };

/** The routes that take a JSON body. */
const withBody = routeIds.filter((id) => {
  const { body, bodyType = 'json' } = inputOf(id);
  return body && bodyType === 'json';
});

let accessToken: string;
let password: string;
beforeAll(async () => {
  const person = await signedUp();
  accessToken = person.tokens.access_token;
  password = person.password;
});

/** With a good token where the route asks for one: it is the input that is bad. */
function send(id: RouteId, body: string | Uint8Array, headers: Record<string, string> = json) {
  const { method, path, access } = routes[id];
  return api(path, { method, body, headers, token: access === 'authenticated' ? accessToken : undefined });
}

function expectProblem(answer: ApiResponse, what: string) {
  expect(answer.status, `${what}: ${answer.text}`).toBeGreaterThanOrEqual(400);
  expect(answer.status, `${what}: ${answer.text}`).toBeLessThan(500);
  expect(answer.headers['content-type'], what).toBe('application/problem+json');
  const problem = problemSchema.parse(answer.json());
  expect(problem.status, what).toBe(answer.status);
  expect(answer.text, what).not.toMatch(/arn:aws|\bat .*\.[mc]?[jt]s:\d|node:internal|Error:/);
  return problem;
}

describe.each(withBody)('bad input to %s', (id) => {
  it('that is no JSON names the body', async () => {
    for (const body of ['{', '{"a":', 'undefined', '\u0000', '{"a":1}{"b":2}']) {
      const problem = expectProblem(await send(id, body), JSON.stringify(body));
      expect(problem).toMatchObject({ code: 'invalid_request' });
      expect(problem.errors?.length).toBeGreaterThan(0);
    }
  });

  it('of another shape names the field', async () => {
    const bodies = [
      'null',
      '[]',
      '"x"',
      '1',
      '{"unknown":1}',
      '{"email":{},"token":[],"refresh_token":1,"password":null}',
    ];
    for (const body of bodies) {
      const problem = expectProblem(await send(id, body), body);
      expect(problem.code, body).toBe('invalid_request');
      expect(
        problem.errors?.every(({ field }) => field.length > 0),
        body,
      ).toBe(true);
      expect(problem.errors?.length, body).toBeGreaterThan(0);
    }
  });

  it('D05 with __proto__ is refused', async () => {
    const problem = expectProblem(await send(id, '{"__proto__":{"admin":true}}'), '__proto__');
    expect(problem.code).toBe('invalid_request');
  });

  it('D06 of more than 64 KiB is 413, deep or wide JSON is 400', async () => {
    expect(expectProblem(await send(id, 'a'.repeat(65_537)), '64 KiB').code).toBe('payload_too_large');
    for (const body of ['['.repeat(10_000), `{"a":${'['.repeat(1000)}${']'.repeat(1000)}}`, '{"email":1e999}']) {
      expect(expectProblem(await send(id, body), body.slice(0, 20)).code).toBe('invalid_request');
    }
  });

  it('of another media type is 415', async () => {
    for (const type of [
      'text/plain',
      'application/x-www-form-urlencoded',
      'multipart/form-data',
      'application/jsonx',
    ]) {
      const answer = await send(id, '{}', { 'content-type': type });
      expect(expectProblem(answer, type).code).toBe('unsupported_media_type');
    }
  });

  it('that is random is a 4xx', async () => {
    const anyBody = fc.oneof(
      fc.json(),
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc.object().map((o) => JSON.stringify(o)),
    );
    await fc.assert(
      fc.asyncProperty(anyBody, async (body) => {
        if ((id === 'logout' || id === 'loginPasskeyOptions') && ['', '{}'].includes(body)) return;
        expectProblem(await send(id, body), body);
      }),
      { numRuns: 25 },
    );
  });
});

const form = { 'content-type': 'application/x-www-form-urlencoded' };

/** The routes that take a form. */
const withForm = routeIds.filter((id) => inputOf(id).bodyType === 'form');

/** A body of the right shape for a form. */
function formOf(id: RouteId): string {
  return memberNames(inputOf(id).body)
    .map((name) => `${name}=x`)
    .join('&');
}

describe.each(withForm)('bad input to the form %s', (id) => {
  const submit = (body: string | Uint8Array, headers: Record<string, string> = form) => send(id, body, headers);

  const expectPage = ({ status, headers }: ApiResponse, expected: number, what: string) =>
    expect([status, headers['content-type']], what).toEqual([expected, 'text/html; charset=utf-8']);

  it('is a page that says no', async () => {
    const good = formOf(id);
    const [first = ''] = good.split('&');
    for (const body of ['', `${good}&roles=admin`, `${good}&${first}`, good.replace('token=', 'tokens=')]) {
      expectPage(await submit(body), 400, body);
    }
    expectPage(await submit(`token=${'a'.repeat(65_536)}`), 413, 'long');
    expectPage(await submit('{}', json), 415, 'json');
    expectPage(await submit(Uint8Array.from([0x74, 0xff])), 400, 'bytes that are no UTF-8');
    expectPage(await submit(formOf(id)), 400, 'forged');
  });
});

describe('bad input about factors', () => {
  const id = 'A'.repeat(22);
  const key = { id: 'AAAA', rawId: 'AAAA', type: 'public-key' };
  const response = { clientDataJSON: 'AAAA', authenticatorData: 'AAAA', signature: 'AAAA' };

  it.each<[RouteId, object]>([
    ['confirmTotp', { id, code: 123456 }],
    ['confirmTotp', { id, code: '12345' }],
    ['confirmTotp', { id, code: '１２３４５' }],
    ['confirmTotp', { id: 'set', code: '123456' }],
    ['loginMfa', { mfa_token: 'x', method: 'password', password: 'x' }],
    ['loginMfa', { mfa_token: 'x', method: 'totp', credential: { ...key, response } }],
    ['loginMfa', { mfa_token: 'x', method: 'webauthn', code: '123456' }],
    ['loginPasskey', { credential: { ...key, response: { ...response, signature: 'no base64url!' } } }],
    ['loginPasskey', { credential: { ...key, id: 'A'.repeat(2000), response } }],
    ['loginPasskey', { credential: { ...key, type: 'password', response } }],
    ['addPasskey', { credential: { ...key, response }, name: '' }],
    [
      'addPasskey',
      { credential: { ...key, response: { ...response, attestationObject: 'AAAA' } }, name: 'x'.repeat(65) },
    ],
    ['stepUp', { method: 'totp', code: '123456', acr: 'aal2' }],
    ['stepUp', { password: 'x' }],
    ['renameFactor', { name: '  ' }],
  ])('%s %j names the field', async (route, body) => {
    const problem = expectProblem(await send(route, JSON.stringify(body)), route);
    expect(problem.code).toBe('invalid_request');
    expect(problem.errors?.length).toBeGreaterThan(0);
  });

  it('is a 4xx where the shape is right and the bytes are nonsense', async () => {
    const bytes = fc.uint8Array({ minLength: 1, maxLength: 300 }).map((b) => Buffer.from(b).toString('base64url'));
    const clientData = fc
      .record({ type: fc.constantFrom('webauthn.get', 'webauthn.create'), challenge: bytes })
      .map((data) =>
        Buffer.from(JSON.stringify({ ...data, origin: new URL(stack().issuer).origin })).toString('base64url'),
      );
    const nonsense = fc.record({
      clientDataJSON: fc.oneof(bytes, clientData),
      authenticatorData: bytes,
      attestationObject: bytes,
      signature: bytes,
      userHandle: fc.oneof(bytes, fc.constant(Buffer.from(id).toString('base64url'))),
    });
    await fc.assert(
      fc.asyncProperty(nonsense, async (made) => {
        const body = JSON.stringify({ credential: { ...key, response: made } });
        expectProblem(await send('loginPasskey', body), body);
        expectProblem(await send('addPasskey', body), body);
      }),
      { numRuns: 20 },
    );
  });

  it('is a 4xx for ids that are none of ours', async () => {
    for (const bad of ['set', "'%20OR%201=1", '..%2f..', '%00', 'a'.repeat(500), id]) {
      for (const [method, json] of [
        ['PATCH', { name: 'x' }],
        ['DELETE', { current_password: password }],
      ] as const) {
        const answer = await api(`/auth/factors/${bad}`, { method, token: accessToken, json });
        expect(['invalid_request', 'not_found'], bad).toContain(expectProblem(answer, bad).code);
      }
    }
  });
});

describe('a request', () => {
  it('of bytes that are no UTF-8, to any route with a body, is a 4xx', async () => {
    const bytes = Uint8Array.from([0x7b, 0x22, 0xff, 0xfe, 0xc0, 0xaf, 0xed, 0xa0, 0x80, 0x22, 0x7d]);
    for (const id of withBody) expectProblem(await send(id, bytes), id);
  });

  it('is no 5xx for its headers, or for a body where none belongs', async () => {
    const headers = [
      { 'user-agent': 'x[31m"}{"level":"ERROR' },
      { 'content-type': 'application/json; charset="' },
      { origin: 'null' },
      { 'x-forwarded-for': '127.0.0.1, ::1, not an address' },
      { cookie: '__Host-gatehouse_session=; a=b=c; ==' },
    ];
    for (const header of headers) {
      const answer = await api('/auth/login', { method: 'POST', body: '{', headers: { ...json, ...header } });
      expectProblem(answer, JSON.stringify(header));
    }
    expect((await api('/health', { method: 'GET', body: '{', headers: json })).status).toBe(200);
    expect((await api('/auth/link/verify-email?token=a&token=b')).status).toBe(400);
  });

  it('for an unknown path or method is 404', async () => {
    for (const [method, path] of [
      ['GET', '/nowhere'],
      ['GET', '/auth'],
      ['DELETE', '/auth/login'],
      ['PATCH', '/health'],
      ['GET', '/auth/sessions/a/b'],
      ['GET', '/%2e%2e/%2e%2e/etc/passwd'],
    ] as const) {
      expect(expectProblem(await api(path, { method }), `${method} ${path}`).code, `${method} ${path}`).toBe(
        'not_found',
      );
    }
  });

  it('with a path parameter that is none of ours names it', async () => {
    const { tokens } = await signedUp();
    for (const sid of ["'%20OR%201=1", '..%2f..', 'x', '%00', 'a'.repeat(500)]) {
      const answer = await api(`/auth/sessions/${sid}`, { method: 'DELETE', token: tokens.access_token });
      const problem = expectProblem(answer, sid);
      expect(['invalid_request', 'not_found'], sid).toContain(problem.code);
    }
  });

  it('A09 with no, two, malformed or misplaced credentials is 401', async () => {
    const { tokens } = await signedUp();
    const token = tokens.access_token;
    const attempts: (Record<string, string | string[]> | undefined)[] = [
      undefined,
      { authorization: '' },
      { authorization: 'Bearer' },
      { authorization: `Bearer  ${token}` },
      { authorization: `Basic ${token}` },
      { authorization: token },
      { authorization: `Bearer ${token} ${token}` },
      { authorization: `Bearer ${token}, Bearer ${token}` },
      { authorization: [`Bearer ${token}`, `Bearer ${token}`] },
      { authorization: [`Bearer ${token}`, 'Basic eDp5'] },
    ];
    for (const headers of attempts) {
      const answer = await api('/auth/me', headers ? { headers } : {});
      expect(problemOf(answer), JSON.stringify(headers)).toEqual({ status: 401, code: 'invalid_token' });
      expect(answer.headers['www-authenticate']).toBe('Bearer error="invalid_token"');
    }
    expect((await api(`/auth/me?access_token=${token}`)).status).toBe(401);
    expect((await api('/auth/me', { headers: { authorization: `bearer ${token}` } })).status).toBe(200);
  });

  it('gets the security headers on every kind of answer', async () => {
    for (const answer of [
      await api('/health'),
      await api('/nowhere'),
      await api('/auth/me'),
      await send('login', '{'),
      await api('/.well-known/jwks.json'),
    ]) {
      // The stack's host is `localhost`.
      expect(answer.headers).not.toHaveProperty('strict-transport-security');
      expect(answer.headers['x-content-type-options']).toBe('nosniff');
      expect(answer.headers['referrer-policy']).toBe('no-referrer');
    }
    expect((await api('/auth/me')).headers['cache-control']).toBe('no-store');
    expect((await api('/.well-known/jwks.json')).headers['cache-control']).toMatch(/max-age=\d+/);
  });
});

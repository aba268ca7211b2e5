import { describe, expect, it } from 'vitest';
import { problems, problemType } from '../../../lambdas/contract/problems.ts';
import { problemsOf, type RouteId, routeById, routeIds } from '../../../lambdas/contract/routes.ts';
import { routeOf, undocumented } from '../../support/fuzz/documented.ts';

const codesOf = (route: RouteId) => problemsOf(route).map(({ code }) => code);

function response(status: number, type: string, body: unknown = '') {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return { status, headers: { 'content-type': type }, text, json: () => JSON.parse(text) };
}

const problem = (code: keyof typeof problems, status: number = problems[code].status) =>
  response(status, 'application/problem+json', {
    type: problemType(code),
    title: problems[code].title,
    status,
    code,
    detail: 'x',
    request_id: 'r',
  });

describe('the answers of a route', () => {
  it.each(routeIds)('%s hold one of success', (id) => {
    expect(Object.keys(routeById(id).answers()).some((status) => status.startsWith('2'))).toBe(true);
  });

  it.each(routeIds)('%s hold each problem once', (id) => {
    const own = problemsOf(id).map(({ code, status }) => `${status} ${code}`);
    expect(new Set(own).size).toBe(own.length);
  });

  it('follow from its access, method and input', () => {
    expect(codesOf('me')).toContain('invalid_token');
    expect(codesOf('health')).not.toContain('invalid_token');
    expect(codesOf('login')).toEqual(expect.arrayContaining(['csrf', 'unsupported_media_type', 'invalid_credentials']));
    expect(codesOf('me')).not.toContain('csrf');
    expect(codesOf('me')).not.toContain('unsupported_media_type');
    for (const id of routeIds)
      expect(codesOf(id)).toEqual(expect.arrayContaining(['internal', 'unavailable', 'rate_limited']));
  });
});

describe('an answer', () => {
  it('is documented with a status and a body of the route’s', () => {
    expect(undocumented('health', response(200, 'application/json', { status: 'ok', version: '1' }))).toBeUndefined();
    expect(undocumented('logout', response(204, ''))).toBeUndefined();
    expect(undocumented('showResetPage', response(400, 'text/html; charset=utf-8', '<p>'))).toBeUndefined();
    expect(undocumented('resetPassword', problem('invalid_token', 400))).toBeUndefined();
  });

  it.each([
    ['another status', 'health', response(201, 'application/json', { status: 'ok', version: '1' })],
    ['another body', 'health', response(200, 'application/json', { status: 'ok', version: '1', secret: 'x' })],
    ['a body where there is none', 'logout', response(204, '', 'x')],
    ['another type', 'showResetPage', response(200, 'text/plain', 'x')],
    ['a status that only the gateway’s own errors have', 'login', response(502, 'application/json', '{}')],
    ['a problem of another route', 'health', problem('invalid_grant')],
    ['a problem with another status', 'resetPassword', problem('invalid_token', 401)],
    ['a problem that is none', 'health', response(500, 'application/problem+json', '{}')],
  ] as const)('is not with %s', (_, route, answer) => {
    expect(undocumented(route, answer)).toBeDefined();
  });
});

it('the route of a request is found by method and path', () => {
  expect(routeOf('DELETE', '/auth/sessions/abc?x=1')).toBe('revokeSession');
  expect(routeOf('GET', '/.well-known/jwks.json')).toBe('jwks');
  for (const [method, path] of [
    ['GET', '/xwell-known/jwks.json'],
    ['DELETE', '/auth/sessions/a/b'],
    ['POST', '/health'],
  ] as const) {
    expect(routeOf(method, path)).toBeUndefined();
  }
});

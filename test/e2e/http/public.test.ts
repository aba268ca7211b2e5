import { expect, it } from 'vitest';
import { z } from 'zod';
import { routes } from '../../../lambdas/contract/routes.ts';
import { api } from '../../support/people/api.ts';
import { signedUp } from '../../support/people/people.ts';
import { stack } from '../../support/stack/stack.ts';

const healthSchema = routes.health.answers()[200];

const jwksSchema = z.object({
  keys: z.array(
    z.strictObject({
      kty: z.literal('RSA'),
      use: z.literal('sig'),
      alg: z.literal('RS256'),
      kid: z.string(),
      n: z.string(),
      e: z.literal('AQAB'),
    }),
  ),
});

it('health tells that the API answers', async () => {
  const answer = await api('/health');
  expect(answer.status).toBe(200);
  expect(healthSchema.parse(answer.json()).status).toBe('ok');
});

it('the published keys are the public halves of the key in use and the next', async () => {
  const answer = await api('/.well-known/jwks.json');
  expect(answer.status).toBe(200);
  const { keys } = jwksSchema.parse(answer.json());
  expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length);
  expect(keys.length).toBeGreaterThanOrEqual(2);
});

it('of browser apps only those of a known origin may read', async () => {
  const from = (origin: string) => api('/health', { headers: { origin } });
  expect((await from('https://evil.example')).headers['access-control-allow-origin']).toBeUndefined();
  const { origin } = new URL(stack().issuer);
  expect((await from(origin)).headers['access-control-allow-origin']).toBe(origin);
});

it('a preflight is answered for every path of the contract', async () => {
  const { origin } = new URL(stack().issuer);
  for (const path of ['/auth/login', '/auth/me', '/auth/sessions/x']) {
    const answer = await api(path, {
      method: 'OPTIONS',
      headers: { origin, 'access-control-request-method': 'POST' },
    });
    expect(answer.status, path).toBe(204);
    expect(answer.headers['access-control-allow-headers'], path).toContain('Authorization');
  }
});

it('J02 J07 a token is verified by the published keys alone, over HTTPS', async () => {
  const { tokens } = await signedUp();
  const [, payload = ''] = tokens.access_token.split('.');
  const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const headers = [
    { alg: 'none', typ: 'at+jwt' },
    { alg: 'HS256', typ: 'at+jwt' },
    { alg: 'RS256', typ: 'at+jwt', jwk: { kty: 'RSA', n: 'AQAB', e: 'AQAB' } },
  ];
  for (const header of headers) {
    const token = `${encode(header)}.${payload}.${tokens.access_token.split('.')[2]}`;
    expect((await api('/auth/me', { token })).status, JSON.stringify(header)).toBe(401);
  }
  expect((await api('/auth/me', { token: tokens.access_token })).status).toBe(200);
});

import { randomUUID } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { beforeAll, describe, expect, it } from 'vitest';
import { problemSchema } from '../../../lambdas/contract/problemBodies.ts';
import { routes } from '../../../lambdas/contract/routes.ts';
import { api } from '../../support/people/api.ts';
import {
  type ClientTokens,
  newPerson,
  type Person,
  problemOf,
  refresh,
  register,
  signedUp,
  tokensOf,
  verifyEmail,
} from '../../support/people/people.ts';

const profileSchema = routes.me.answers()[200];
const sessionsSchema = routes.listSessions.answers()[200];

let person: Person & { readonly tokens: ClientTokens };
beforeAll(async () => {
  person = await signedUp();
});

const json = { 'content-type': 'application/json' };
const login = (body: string | Uint8Array, headers: Record<string, string> = json) =>
  api('/auth/login', { method: 'POST', body, headers });
const credentials = (extra = '') => `{"email":"${person.email}","password":"${person.password}"${extra}}`;

describe('D02 text that would be part of an expression', () => {
  const texts = [
    ':val',
    '#name',
    'SET x = :y',
    'attribute_exists(pk)',
    "') OR ('1'='1",
    '$ne',
    '{"$gt":""}',
    '\u001f#\u001f',
  ];

  it.each(texts)('%j is no address, token, password or session that there is', async (text) => {
    const secret = `${text} ${randomUUID()}`;
    expect((await register(text)).status).toBe(400);
    expect(problemOf(await verifyEmail(secret, newPerson().password)).code).toBe('invalid_token');
    expect(problemOf(await refresh(secret)).code).toBe('invalid_grant');
    for (const attempt of [
      { email: text, password: person.password },
      { email: person.email, password: secret },
    ]) {
      const answer = await api('/auth/login', { method: 'POST', json: attempt });
      expect(problemOf(answer).code).toBe('invalid_credentials');
    }
    const path = `/auth/sessions/${encodeURIComponent(text)}`;
    expect([400, 404]).toContain((await api(path, { method: 'DELETE', token: person.tokens.access_token })).status);
  });

  it.each(texts.filter((text) => !text.includes('\u001f')))('%j is kept as it is where text is kept', async (text) => {
    const answer = await login(credentials(), { ...json, 'user-agent': text });
    const { session_id: sid, access_token: token } = tokensOf(answer);
    const { items } = sessionsSchema.parse((await api('/auth/sessions', { token })).json());
    expect(items.find((session) => session.sid === sid)?.user_agent).toBe(text);
  });

  it.each(texts)('%j as the name of a member is refused', async (text) => {
    const answer = await login(credentials(`,${JSON.stringify(text)}:1`));
    expect(problemOf(answer)).toEqual({ status: 400, code: 'invalid_request' });
  });
});

describe('D05', () => {
  it.each(['__proto__', 'constructor', 'prototype'])('%s in a body is refused, at any depth', async (name) => {
    for (const extra of [`,"${name}":{"admin":true}`, `,"device_token":{"${name}":{"admin":true}}`]) {
      expect(problemOf(await login(credentials(extra)))).toEqual({ status: 400, code: 'invalid_request' });
    }
  });

  it('__proto__ and constructor in a query or form change nothing for those who come after', async () => {
    const query = '__proto__[roles]=admin&constructor[prototype][roles]=admin&__proto__=1&constructor=1';
    for (let call = 0; call < 5; call++) {
      expect((await api(`/auth/link/verify-email?token=x&${query}`)).status).toBe(400);
      const form = { 'content-type': 'application/x-www-form-urlencoded' };
      const body = `token=x&password=y&${query}`;
      expect((await api('/auth/link/verify-email', { method: 'POST', headers: form, body })).status).toBe(400);
    }
    const { roles } = profileSchema.parse((await api('/auth/me', { token: person.tokens.access_token })).json());
    expect(roles).toEqual(['member']);
  });
});

describe('D06', () => {
  it.each([
    ['33 deep', `{"email":${'['.repeat(32)}${']'.repeat(32)}}`],
    ['30,000 deep', '['.repeat(30_000) + ']'.repeat(30_000)],
    ['of a number too large', '{"email":1e999,"password":"x"}'],
    ['with a member twice', '{"email":"a@example.com","email":"b@example.com","password":"x"}'],
  ])('JSON %s is a 400', async (_, body) => {
    const answer = await login(body);
    expect(problemOf(answer)).toEqual({ status: 400, code: 'invalid_request' });
    expect(problemSchema.parse(answer.json()).errors?.map(({ field }) => field)).toEqual(['body']);
  });

  it('a body is taken up to the limits of its size and members', async () => {
    const members = (count: number) => `{${Array.from({ length: count }, (_, index) => `"${index}":1`).join(',')}}`;
    expect(problemOf(await login(members(100_000))).code).toBe('payload_too_large');
    expect(problemOf(await login(members(7_000))).code).toBe('invalid_request');
    const padded = credentials().padEnd(65_536, ' ');
    expect((await login(padded)).status).toBe(200);
    expect(problemOf(await login(`${padded} `)).code).toBe('payload_too_large');
  });

  it.each(['gzip', 'deflate', 'br', 'x-unknown'])('a %s bomb is refused undecoded', async (encoding) => {
    const bomb = gzipSync(Buffer.alloc(8 * 1024 * 1024, ' '));
    const answer = await login(bomb, { ...json, 'content-encoding': encoding });
    expect([400, 413]).toContain(answer.status);
    const plain = await login(credentials(), { ...json, 'content-encoding': encoding });
    expect(problemOf(plain)).toEqual({ status: 400, code: 'invalid_request' });
  });

  it('a body beyond what the gateway takes is 413', async () => {
    const answer = await login(Buffer.alloc(10 * 1024 * 1024 + 1, ' '));
    expect(problemOf(answer).code).toBe('payload_too_large');
  });

  it('after all of these the owner signs in', async () => {
    expect((await login(credentials())).status).toBe(200);
  });
});

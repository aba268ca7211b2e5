import { gzipSync } from 'node:zlib';
import type { Context } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { problemSchema } from '../../../lambdas/contract/problemBodies.ts';
import { json } from '../../../lambdas/http/endpoint.ts';
import { httpHandler } from '../../../lambdas/http/httpHandler.ts';
import { type EventInput, httpEvent } from '../../support/worlds/httpEvent.ts';

/** Endpoints that answer with what they were given. */
const handler = httpHandler(
  { issuer: 'https://auth.example', allowedOrigins: [] },
  {
    login: async ({ input, from }) => json(200, { ...input.body, from }),
    showVerifyEmailPage: async ({ input }) => json(200, input.query),
    submitVerifyEmailPage: async ({ input }) => json(200, input.body),
  },
);

const credentials = { email: 'a@example.com', password: 'x' };
const jsonType = { 'content-type': 'application/json' };
const formType = { 'content-type': 'application/x-www-form-urlencoded' };

async function call(input: EventInput & { readonly base64?: Buffer }) {
  const event = httpEvent(input);
  if (input.base64) Object.assign(event, { body: input.base64.toString('base64'), isBase64Encoded: true });
  const response = await handler(event, { awsRequestId: '1' } as Context);
  const problem = () => problemSchema.parse(JSON.parse(response.body));
  return { status: response.statusCode, body: response.body, problem };
}

const login = (body: string, headers: Record<string, string> = jsonType) =>
  call({ method: 'POST', path: '/auth/login', headers, body });
const submit = (body: string) => call({ method: 'POST', path: '/auth/link/verify-email', headers: formType, body });
const show = (query: Record<string, string[]>) => call({ method: 'GET', path: '/auth/link/verify-email', query });

const prototypeIsClean = () =>
  expect(Object.keys(Object.getOwnPropertyDescriptors(Object.prototype)).filter((key) => /pollut/.test(key))).toEqual(
    [],
  );

describe('D05', () => {
  it.each([
    '{"__proto__":{"polluted":1}}',
    '{"email":"a@example.com","password":"x","__proto__":{"polluted":1}}',
    '{"email":"a@example.com","password":"x","constructor":{"prototype":{"polluted":1}}}',
    '{"email":{"__proto__":{"polluted":1}},"password":"x"}',
    '[{"__proto__":{"polluted":1}}]',
  ])('the body %s is refused', async (body) => {
    expect((await login(body)).problem()).toMatchObject({ status: 400, code: 'invalid_request' });
    prototypeIsClean();
  });

  it.each(['__proto__', 'constructor', '__proto__[polluted]', 'constructor.prototype.polluted', 'toString'])(
    'a query parameter called %s is ignored',
    async (name) => {
      const { status, body } = await show({ token: ['t'], [name]: ['1'] });
      expect([status, JSON.parse(body)]).toEqual([200, { token: 't' }]);
      prototypeIsClean();
    },
  );

  it.each(['__proto__', 'constructor', '__proto__[polluted]', 'hasOwnProperty'])(
    'a form field called %s is refused',
    async (name) => {
      expect((await submit(`token=t&password=p&${name}=1`)).problem().code).toBe('invalid_request');
      prototypeIsClean();
    },
  );
});

describe('D06', () => {
  it.each([
    ['deep', `{"a":${'['.repeat(40)}${']'.repeat(40)}}`, /Nested more than 32/],
    ['very deep', '['.repeat(32_000) + ']'.repeat(32_000), /Nested more than 32/],
    ['a number too large', '{"email":"a@example.com","password":"x","device_token":1e999}', /number that is too large/],
    ['a member twice', '{"email":"a@example.com","email":"b@example.com","password":"x"}', /there twice/],
    ['half of a character', '{"email":"a@example.com","password":"\\ud83d"}', /surrogate/],
  ])('a body with %s is a 400 that says so', async (_, body, message) => {
    const { errors } = (await login(body)).problem();
    expect(errors).toEqual([{ field: 'body', message: expect.stringMatching(message) }]);
  });

  it('a body of too many members is refused with a short answer', async () => {
    const members = (count: number) => `{${Array.from({ length: count }, (_, index) => `"${index}":1`).join(',')}}`;
    expect((await login(members(100_000))).problem().code).toBe('payload_too_large');
    expect((await login(members(7_000))).problem().errors).toHaveLength(20);
  });

  it('a form of as many fields as fit is a 400 with twenty of them', async () => {
    const body = Array.from({ length: 13_000 }, (_, index) => index.toString(36)).join('&');
    expect((await submit(body)).problem().errors).toHaveLength(20);
  });

  it.each(['gzip', 'deflate', 'br', 'GZIP', 'gzip, identity', 'x'])(
    'a body with the content encoding %s is a 400, undecoded',
    async (encoding) => {
      const bomb = gzipSync(Buffer.alloc(10_000_000, ' '));
      const headers = { ...jsonType, 'content-encoding': encoding };
      const path = '/auth/login';
      expect((await call({ method: 'POST', path, headers, base64: bomb })).status).toBe(400);
      expect((await login(JSON.stringify(credentials), headers)).problem().errors).toEqual([
        { field: 'body', message: 'Send it without a content encoding' },
      ]);
    },
  );

  it('a body with the content encoding identity is what it is', async () => {
    expect((await login(JSON.stringify(credentials), { ...jsonType, 'content-encoding': 'identity' })).status).toBe(
      200,
    );
  });
});

it('a form whose escapes are no UTF-8 is a 400: two passwords do not become one', async () => {
  for (const escaped of ['%ff', '%fe', '%ed%a0%80', '%c0%80']) {
    const { errors } = (await submit(`token=t&password=${escaped}`)).problem();
    expect(errors, escaped).toEqual([{ field: 'body', message: 'Not valid UTF-8' }]);
  }
  expect(JSON.parse((await submit('token=t&password=%E2%82%AC+1')).body)).toEqual({ token: 't', password: '€ 1' });
});

describe('a text', () => {
  const sent = (bytes: Buffer) => call({ method: 'POST', path: '/auth/login', headers: jsonType, base64: bytes });
  const notUtf8 = [{ field: 'body', message: 'Not valid UTF-8' }];

  it('with U+FFFD in it is what was sent', async () => {
    const password = 'a \ufffd of a password';
    const { status, body } = await sent(Buffer.from(JSON.stringify({ ...credentials, password })));
    expect([status, JSON.parse(body).password]).toEqual([200, password]);
    const form = await submit(`token=t&password=${encodeURIComponent(password)}`);
    expect(JSON.parse(form.body)).toEqual({ token: 't', password });
  });

  it.each(['ff', 'c080', 'eda080', 'f4908080', 'e282', '80'])(
    'of bytes that are no UTF-8 is a 400: %s',
    async (hex) => {
      const [before, after] = JSON.stringify({ ...credentials, password: '|' }).split('|');
      const bytes = Buffer.concat([Buffer.from(String(before)), Buffer.from(hex, 'hex'), Buffer.from(String(after))]);
      expect((await sent(bytes)).problem().errors).toEqual(notUtf8);
    },
  );

  it('that the gateway has decoded is a 400 if bytes may be lost in it', async () => {
    expect((await login(JSON.stringify({ ...credentials, password: '\ufffd' }))).problem().errors).toEqual(notUtf8);
  });
});

describe('the query of a mailed link', () => {
  it('may hold what trackers add to it, however often', async () => {
    const trackers = { utm_source: ['mail', 'mail'], fbclid: ['x'], 'a[b]': ['%'], '': [''] };
    const { status, body } = await show({ token: ['t'], ...trackers });
    expect([status, JSON.parse(body)]).toEqual([200, { token: 't' }]);
  });

  it('holds one token', async () => {
    expect((await show({ token: ['a', 'b'] })).problem().errors).toEqual([
      { field: 'query.token', message: 'Sent more than once' },
    ]);
  });
});

it('G01 a user agent reaches nobody with characters that steer a terminal or a log', async () => {
  const agent = 'x\u001b[31m\r\n{"level":"ERROR"}\u009b2J\u202e\u0000';
  const { body } = await login(JSON.stringify(credentials), { ...jsonType, 'user-agent': agent });
  expect(JSON.parse(body).from.userAgent).toBe('x\ufffd[31m\ufffd\ufffd{"level":"ERROR"}\ufffd2J\ufffd\ufffd');
  const long = await login(JSON.stringify(credentials), { ...jsonType, 'user-agent': `x${'😀'.repeat(200)}` });
  expect(JSON.parse(long.body).from.userAgent.isWellFormed()).toBe(true);
});

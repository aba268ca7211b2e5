import { randomBytes } from 'node:crypto';
import type { Context } from 'aws-lambda';
import { describe, expect, it, vi } from 'vitest';
import type { FieldError } from '../../../lambdas/contract/problemBodies.ts';
import { ProblemError, unavailable } from '../../../lambdas/core/common/errors.ts';
import { RateLimited } from '../../../lambdas/core/limits/rateLimited.ts';
import { deriveMailToken } from '../../../lambdas/core/mail/mailToken.ts';
import { confirmEmailLink, refusalPage, showMailedLink, submitMailedLink } from '../../../lambdas/endpoints/links.ts';
import { httpHandler } from '../../../lambdas/http/httpHandler.ts';
import { confirmEmailPages } from '../../../lambdas/pages/links/confirmEmail.ts';
import { type EventInput, httpEvent } from '../../support/worlds/httpEvent.ts';
import { manualClock, testAccount, testMacKey, testMacKeys } from '../../support/worlds/world.ts';

const pages = { form: async () => 'form', invalid: () => 'invalid', done: () => 'done' };
const request = {
  fromBrowser: true,
  cookies: new Map<string, string>(),
  principal: undefined,
  input: { body: { token: 'token' } },
  from: { ip: '192.0.2.1', userAgent: undefined, requestId: 'r' },
};

/** The answer to a form whose use ends so. */
function submitted(error: ProblemError) {
  return submitMailedLink({ issuer: 'https://auth.example.com', pages, use: () => Promise.reject(error) })(request);
}

describe('the form behind a mailed link', () => {
  it('beyond a limit says when to come back', async () => {
    const refusal = {
      limit: 'verificationPerAddress',
      quota: 60,
      windowSeconds: 300,
      retryAfterSeconds: 200,
    } as const;
    const answer = await submitted(new RateLimited(refusal));
    expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': '200' } });
    expect(answer.body).toContain('in 4 minutes');
    expect(answer.body).not.toContain('our fault');
  });

  it('that we fail says that it is our fault', async () => {
    const answer = await submitted(unavailable(new Error('table is gone')));
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(answer.body).toContain('This is our fault');
  });

  it('L26 is shown again when nobody proved to be the owner', async () => {
    const form = async (token: string, errors: readonly FieldError[]) =>
      confirmEmailPages.form({ issuer: 'https://auth.example.com', token, email: 'a@example.com', errors });
    const use = () =>
      Promise.reject(new ProblemError('invalid_credentials', { detail: 'The current password is wrong' }));
    const submit = submitMailedLink({ issuer: 'https://auth.example.com', pages: { ...pages, form }, use });
    const answer = await submit(request);
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('<li>The current password is wrong</li>');
    expect(answer.body).toContain('name="current_password"');
  });

  it.each([
    ['that was left empty is none: nothing is counted, and no hash is spent', '', 0],
    ['that is wrong is counted, and verified', 'a guess at the password', 1],
  ])('with a password %s', async (_, password, times) => {
    const [clock, key, account] = [manualClock(), testMacKey(), testAccount()];
    const expiresAt = Math.floor(clock() / 1000) + 60;
    const nonce = randomBytes(24).toString('base64url');
    const token = deriveMailToken(
      'confirm-email',
      { email: 'new@example.com', sub: account.sub, nonce, expiresAt },
      key,
    );
    const verify = vi.fn(async () => false);
    const counted = vi.fn();
    const link = confirmEmailLink({
      issuer: 'https://auth.example.com',
      clock,
      mailKeys: testMacKeys(key),
      accounts: { find: async () => account },
      emailChanges: { findSession: async () => ({ sid: 'sid' }), complete: () => expect.fail('completed') },
      formerAddresses: { list: async () => [] },
      devicePairs: { keep: async () => {} },
      hasher: { verify },
      limits: {
        async consume(decision) {
          counted(decision);
          return { admitted: true, receipt: { limit: 'confirmationPerLink', key: 'key', window: 1 } } as const;
        },
      },
      limitRefunds: { refund: async () => {} },
      audit: { record: async () => {} },
    });
    const body = { token, current_password: password };
    const answer = await submitMailedLink(link)({ ...request, input: { body } });
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('name="current_password"');
    expect(verify).toHaveBeenCalledTimes(times);
    expect(counted).toHaveBeenCalledTimes(times);
  });
});

describe('a mailed link whose request is refused before it is looked at', () => {
  const issuer = 'https://auth.example.com';
  const show = showMailedLink({ issuer, pages, use: () => expect.unreachable() });
  const submit = submitMailedLink({ issuer, pages, use: () => expect.unreachable() });
  const handler = httpHandler(
    { issuer, allowedOrigins: [] },
    { showResetPage: show, submitResetPage: submit, resetPassword: () => expect.unreachable() },
    refusalPage({ issuer }),
  );
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const path = '/auth/link/reset';
  const ask = (input: EventInput) => handler(httpEvent(input), { awsRequestId: '1' } as Context);

  it.each<[string, number, EventInput]>([
    ['a token twice', 400, { path, method: 'GET', query: { token: ['a', 'b'] } }],
    ['a form without a token', 400, { path, method: 'POST', headers: form, body: 'password=x' }],
    [
      'a token that is too long',
      400,
      { path, method: 'POST', headers: form, body: `password=x&token=${'t'.repeat(3000)}` },
    ],
    [
      'a form of another type',
      415,
      { path, method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'token=t' },
    ],
    ['a form that is too big', 413, { path, method: 'POST', headers: form, body: `token=${'t'.repeat(70_000)}` }],
    [
      'a form of another site',
      403,
      { path, method: 'POST', headers: { ...form, origin: 'https://evil.example' }, body: '' },
    ],
  ])('says so in a page: %s', async (_, status, input) => {
    const answer = await ask(input);
    expect(answer).toMatchObject({
      statusCode: status,
      headers: { 'content-type': expect.stringMatching(/^text\/html/) },
    });
    expect(answer.body).toContain('<h1>This did not work</h1>');
    expect(answer.headers).toHaveProperty('content-security-policy');
  });

  it('is a problem in JSON where a program asks', async () => {
    const headers = { 'content-type': 'application/json' };
    const answer = await ask({ method: 'POST', path: '/auth/password/reset', headers, body: '{' });
    expect(answer).toMatchObject({ statusCode: 400, headers: { 'content-type': 'application/problem+json' } });
  });
});

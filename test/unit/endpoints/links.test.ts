import { describe, expect, it } from 'vitest';
import { type ProblemError, unavailable } from '../../../lambdas/core/common/errors.ts';
import { RateLimited } from '../../../lambdas/core/limits/rateLimited.ts';
import { submitMailedLink } from '../../../lambdas/endpoints/links.ts';

const pages = { form: async () => 'form', invalid: () => 'invalid', done: () => 'done' };
const request = {
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
});

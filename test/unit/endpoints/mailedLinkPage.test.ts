import { describe, expect, it } from 'vitest';
import { ProblemError, unavailable } from '../../../lambdas/core/common/errors.ts';
import { type MailedLinkPages, submitMailedLink } from '../../../lambdas/endpoints/mailedLinkPage.ts';

const pages: MailedLinkPages = {
  issuer: 'https://auth.example.com',
  form: async () => 'form',
  invalid: () => 'invalid',
  done: () => 'done',
};

describe('the form behind a mailed link', () => {
  it('beyond a limit says so, and when to come back: it is nobody’s fault', async () => {
    const rateLimit = {
      limit: 'verificationPerAddress',
      quota: 60,
      windowSeconds: 300,
      retryAfterSeconds: 200,
    } as const;
    const answer = await submitMailedLink(pages, 'token', () =>
      Promise.reject(new ProblemError('rate_limited', { rateLimit })),
    );
    expect(answer).toMatchObject({ status: 429, headers: { 'retry-after': '200' } });
    expect(answer.body).toContain('in 4 minutes');
    expect(answer.body).not.toContain('our fault');
  });

  it('that we fail says that it is our fault', async () => {
    const answer = await submitMailedLink(pages, 'token', () =>
      Promise.reject(unavailable(new Error('table is gone'))),
    );
    expect(answer).toMatchObject({ status: 503, headers: { 'retry-after': '1' } });
    expect(answer.body).toContain('This is our fault');
  });
});

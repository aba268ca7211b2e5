import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { pageHeaders } from '../../../../lambdas/pages/base/headers.ts';
import { confirmEmailPages } from '../../../../lambdas/pages/links/confirmEmail.ts';
import { linkFailedPage, linkLimitedPage } from '../../../../lambdas/pages/links/notice.ts';
import { resetPasswordPages } from '../../../../lambdas/pages/links/resetPassword.ts';
import { verifyEmailPages } from '../../../../lambdas/pages/links/verifyEmail.ts';

const issuer = 'https://auth.example.com';
const form = { issuer, token: 'v1.token', email: 'alice@example.com', minimumLength: 15 };
const pages: [string, string][] = [
  ['form', verifyEmailPages.form(form)],
  ['form with errors', verifyEmailPages.form({ ...form, errors: [{ field: 'password', message: 'Too short.' }] })],
  ['success', verifyEmailPages.done({ issuer })],
  ['invalid link', verifyEmailPages.invalid({ issuer })],
  ['failure', linkFailedPage({ issuer })],
  ['limit', linkLimitedPage({ issuer, retryAfterSeconds: 60 })],
  ['confirmation form', confirmEmailPages.form(form)],
  ['confirmation success', confirmEmailPages.done({ issuer })],
  ['invalid confirmation link', confirmEmailPages.invalid({ issuer })],
  ['reset form', resetPasswordPages.form(form)],
  [
    'reset form with errors',
    resetPasswordPages.form({ ...form, errors: [{ field: 'password', message: 'Too short.' }] }),
  ],
  ['reset success', resetPasswordPages.done({ issuer })],
  ['invalid reset link', resetPasswordPages.invalid({ issuer })],
];

const directives = new Map(
  (pageHeaders()['content-security-policy'] ?? '').split('; ').map((directive) => {
    const [name = '', ...sources] = directive.split(' ');
    return [name, sources.join(' ')];
  }),
);

describe('the headers of a page', () => {
  it('forbid all that a page does not need', () => {
    expect(directives.get('default-src')).toBe("'none'");
    expect(directives.get('frame-ancestors')).toBe("'none'");
    expect(directives.get('form-action')).toBe("'self'");
    expect(directives.get('base-uri')).toBe("'none'");
    expect([...directives.keys()]).not.toContain('script-src');
    expect([...directives.values()].join(' ')).not.toMatch(/unsafe|\*|https?:/);
    expect(pageHeaders()).toMatchObject({
      'x-frame-options': 'DENY',
      'referrer-policy': 'no-referrer',
      'cache-control': 'no-store',
      'content-type': 'text/html; charset=utf-8',
    });
  });

  it.each(pages)('allow exactly the style of the %s page', (_, page) => {
    const styles = [...page.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, text = '']) => text);
    expect(styles).toHaveLength(1);
    const hash = createHash('sha256')
      .update(styles[0] ?? '')
      .digest('base64');
    expect(directives.get('style-src')).toBe(`'sha256-${hash}'`);
  });

  it.each(pages)('are all that the %s page needs', (_, page) => {
    expect(page).not.toMatch(/<(script|link|img|iframe|object|embed|base)\b/i);
    expect(page).not.toMatch(/\s(style|src|on\w+)=/i);
  });

  it.each(pages)('leave the %s page a referrer policy under which its form has an Origin', (_, page) => {
    expect(page).toContain('<meta name="referrer" content="strict-origin">');
  });
});

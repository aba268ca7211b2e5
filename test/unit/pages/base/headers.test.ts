import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { pageHeaders } from '../../../../lambdas/pages/base/headers.ts';
import {
  confirmEmailForm,
  emailConfirmedPage,
  invalidConfirmLinkPage,
} from '../../../../lambdas/pages/links/confirmEmail.ts';
import { linkFailedPage, linkLimitedPage } from '../../../../lambdas/pages/links/notice.ts';
import {
  invalidResetLinkPage,
  passwordResetPage,
  resetPasswordForm,
} from '../../../../lambdas/pages/links/resetPassword.ts';
import { emailVerifiedPage, invalidLinkPage, verifyEmailForm } from '../../../../lambdas/pages/links/verifyEmail.ts';

const issuer = 'https://auth.example.com';
const form = { issuer, token: 'v1.token', email: 'alice@example.com', minimumLength: 15 };
const pages: [string, string][] = [
  ['form', verifyEmailForm(form)],
  ['form with errors', verifyEmailForm({ ...form, errors: [{ field: 'password', message: 'Too short.' }] })],
  ['success', emailVerifiedPage({ issuer })],
  ['invalid link', invalidLinkPage({ issuer })],
  ['failure', linkFailedPage({ issuer })],
  ['limit', linkLimitedPage({ issuer, retryAfterSeconds: 60 })],
  ['confirmation form', confirmEmailForm(form)],
  ['confirmation success', emailConfirmedPage({ issuer })],
  ['invalid confirmation link', invalidConfirmLinkPage({ issuer })],
  ['reset form', resetPasswordForm(form)],
  ['reset form with errors', resetPasswordForm({ ...form, errors: [{ field: 'password', message: 'Too short.' }] })],
  ['reset success', passwordResetPage({ issuer })],
  ['invalid reset link', invalidResetLinkPage({ issuer })],
];

const directives = new Map(
  (pageHeaders()['content-security-policy'] ?? '').split('; ').map((directive) => {
    const [name = '', ...sources] = directive.split(' ');
    return [name, sources.join(' ')];
  }),
);

describe('the headers of a page', () => {
  it('forbid scripts, frames, foreign forms, other bases, and keeping', () => {
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

  it.each(pages)('are all that the %s page needs: nothing inline, nothing loaded', (_, page) => {
    expect(page).not.toMatch(/<(script|link|img|iframe|object|embed|base)\b/i);
    expect(page).not.toMatch(/\s(style|src|on\w+)=/i);
  });

  it.each(pages)('leave the %s page a referrer policy under which its form has an Origin', (_, page) => {
    expect(page).toContain('<meta name="referrer" content="strict-origin">');
  });
});

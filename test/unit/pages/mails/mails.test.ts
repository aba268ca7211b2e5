import { describe, expect, test } from 'vitest';
import { alreadyRegisteredMail } from '../../../../lambdas/pages/mails/alreadyRegisteredMail.ts';
import { verifyEmailMail } from '../../../../lambdas/pages/mails/verifyEmailMail.ts';

const issuer = 'https://auth.example.com';
const link = `${issuer}/auth/link/verify-email?token=v1.k1.token`;
const expiresAt = Date.UTC(2026, 10, 24, 14, 5) / 1000;

describe('the verify-email mail', () => {
  const mail = verifyEmailMail({ issuer, link, expiresAt });

  test('has the link in both parts, once to click and once to copy in the HTML', () => {
    expect(mail.text.match(/https:\S+/g)).toEqual([link]);
    expect(mail.html).toContain(`href="${link}"`);
    expect(mail.html.split(link)).toHaveLength(3);
  });

  test('asks SES not to rewrite the link', () => {
    expect(mail.html).toMatch(/<a [^>]*ses:no-track/);
  });

  test('says until when, and for whom', () => {
    for (const part of [mail.text, mail.html]) {
      expect(part).toContain('14:05 UTC');
      expect(part).toContain('auth.example.com');
    }
    expect(mail.subject).toBe('Confirm your e-mail address for auth.example.com');
    expect(mail.subject).not.toMatch(/[\r\n]/);
  });

  test('shows a link with HTML in it as text', () => {
    const { html } = verifyEmailMail({ issuer, link: `${link}"><script>alert(1)</script>`, expiresAt });
    expect(html).not.toContain('<script');
    expect(html).not.toMatch(/href="[^"]*>/);
  });

  test('loads nothing from anywhere', () => {
    for (const { html } of [mail, alreadyRegisteredMail({ issuer })]) {
      expect(html).not.toMatch(/<(script|link|img|iframe)\b|url\(|\ssrc=/i);
    }
  });
});

test('L12 the mail to a known address tells its owner, and leads nowhere', () => {
  const mail = alreadyRegisteredMail({ issuer });
  expect(mail.subject).toBe('You already have an account at auth.example.com');
  for (const part of [mail.text, mail.html]) {
    expect(part).toContain('It has one already');
    expect(part).not.toMatch(/href=|token/);
  }
});

import { describe, expect, it } from 'vitest';
import { type NoticeKind, noticeKinds, type WaysLeft } from '../../../../lambdas/core/mail/mailJob.ts';
import { confirmEmailMail } from '../../../../lambdas/pages/mails/confirmEmailMail.ts';
import { noticeMail } from '../../../../lambdas/pages/mails/noticeMail.ts';
import { resetMail } from '../../../../lambdas/pages/mails/resetMail.ts';
import { undoEmailMail } from '../../../../lambdas/pages/mails/undoEmailMail.ts';
import { verifyEmailMail } from '../../../../lambdas/pages/mails/verifyEmailMail.ts';

const issuer = 'https://auth.example.com';
const link = `${issuer}/auth/link/verify-email?token=v1.k1.token`;
const circumstances = { at: Date.UTC(2026, 10, 24, 14, 5) / 1000, ip: '192.0.2.1', userAgent: 'Firefox on Linux' };
const expiresAt = Date.UTC(2026, 10, 24, 14, 5) / 1000;

describe.each([
  ['verify-email', verifyEmailMail, 'Confirm your e-mail address for auth.example.com'],
  ['confirm-email', confirmEmailMail, 'Confirm your new e-mail address for auth.example.com'],
  ['reset', resetMail, 'Set a new password for auth.example.com'],
  ['undo-email', undoEmailMail, 'Your e-mail address was changed: auth.example.com'],
] as const)('the %s mail', (_, render, subject) => {
  const mail = render({ issuer, link, expiresAt });

  it('has the link in both parts', () => {
    expect(mail.text.match(/https:\S+/g)).toEqual([link]);
    expect(mail.html).toContain(`href="${link}"`);
    expect(mail.html.split(link)).toHaveLength(3);
  });

  it('asks SES not to rewrite the link', () => {
    expect(mail.html).toMatch(/<a [^>]*ses:no-track/);
  });

  it('says until when it is good', () => {
    for (const part of [mail.text, mail.html]) {
      expect(part).toContain('14:05 UTC');
      expect(part).toContain('auth.example.com');
    }
    expect(mail.subject).toBe(subject);
    expect(mail.subject).not.toMatch(/[\r\n]/);
  });

  it('shows a link with HTML in it as text', () => {
    const { html } = render({ issuer, link: `${link}"><script>alert(1)</script>`, expiresAt });
    expect(html).not.toContain('<script');
    expect(html).not.toMatch(/href="[^"]*>/);
  });

  it('loads nothing from anywhere', () => {
    for (const { html } of [
      mail,
      ...noticeKinds.map((template) => noticeMail({ template, issuer, ...circumstances })),
    ]) {
      expect(html).not.toMatch(/<(script|link|img|iframe)\b|url\(|\ssrc=/i);
    }
  });
});

it('L12 the mail to a known address leads nowhere', () => {
  const mail = noticeMail({ template: 'already-registered', issuer, ...circumstances });
  expect(mail.subject).toBe('You already have an account: auth.example.com');
  for (const part of [mail.text, mail.html]) {
    expect(part).toContain('It has one already');
    expect(part).not.toMatch(/href=|token|192\.0\.2\.1/);
  }
});

it('the mail to a known address names a way in for accounts without a password as well', () => {
  const { text } = noticeMail({ template: 'already-registered', issuer, ...circumstances });
  for (const way of ['passkey', 'Forgot password', 'never had one']) expect(text).toContain(way);
});

it('of a factor that was added, says what to do where a stranger’s shuts the owner out', () => {
  const { text } = noticeMail({ template: 'factor-added', issuer, ...circumstances });
  expect(text).toContain('If signing in asks for something that is not yours, tell whoever runs this service.');
});

describe('the notice that a change of address was undone', () => {
  const textOf = (left: WaysLeft) => {
    const mail = noticeMail({ template: 'email-change-undone', issuer, ...circumstances, left });
    expect(mail.html).toContain('signs in');
    return mail.text;
  };

  it('lists what still signs in, by kind and date, and says what to do about it', () => {
    const addedAt = circumstances.at - 3600;
    const factors = [
      { kind: 'passkey', addedAt },
      { kind: 'authenticator-app', addedAt: addedAt - 86_400 },
    ] as const;
    const text = textOf({ factors, recoveryCodes: 8 });
    const listed =
      'a passkey, added 2026-11-24 13:05 UTC; an authenticator app, added 2026-11-23 13:05 UTC; 8 recovery codes.';
    expect(text).toContain(listed);
    expect(text).toContain('sign in and remove it');
    expect(text).toContain('If signing in asks for what is not yours, tell whoever runs this service.');
  });

  it('says that nothing but the password is left', () => {
    expect(textOf({ factors: [], recoveryCodes: 0 })).toContain('Nothing but the new password signs in now.');
  });
});

it('the mail to an old address says until which day it can take the account back', () => {
  expect(undoEmailMail({ issuer, link, expiresAt }).text).toContain('until 2026-11-24, 14:05 UTC.');
});

it('the mail to a reserved address says nothing of who asked', () => {
  const { text } = noticeMail({ template: 'address-reserved', issuer, ...circumstances });
  expect(text).toContain('kept for it for seven days');
  expect(text).not.toMatch(/192\.0\.2\.1|https:/);
});

const toStrangers: readonly NoticeKind[] = ['already-registered', 'address-reserved'];

describe.each(noticeKinds.filter((kind) => !toStrangers.includes(kind)))('the notice %s', (template) => {
  const mail = noticeMail({ template, issuer, ...circumstances });

  it('says in both parts what happened and what to do', () => {
    for (const part of [mail.text, mail.html]) {
      expect(part).toContain('auth.example.com');
      expect(part).toContain('2026-11-24 14:05 UTC');
      expect(part).toContain('192.0.2.1, Firefox on Linux');
      expect(part).toContain('not you');
      expect(part).not.toMatch(/href=|token/);
    }
  });

  it('holds no word of what a client calls itself', () => {
    const userAgent = '<b>x</b>\r\nBcc: a@example.com\u001b[31m Unlock it at https://evil.example';
    const { html, text, subject } = noticeMail({ template, issuer, ...circumstances, userAgent });
    for (const part of [html, text, subject]) expect(part).not.toMatch(/evil|Unlock|Bcc|https:|<b>x/);
    for (const part of [html, text]) expect(part).toContain('192.0.2.1, an unknown program');
  });
});

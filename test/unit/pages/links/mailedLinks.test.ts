import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { confirmEmailPages } from '../../../../lambdas/pages/links/confirmEmail.ts';
import { linkFailedPage, linkLimitedPage } from '../../../../lambdas/pages/links/notice.ts';
import { resetPasswordPages } from '../../../../lambdas/pages/links/resetPassword.ts';
import { undoEmailPages } from '../../../../lambdas/pages/links/undoEmail.ts';
import { verifyEmailPages } from '../../../../lambdas/pages/links/verifyEmail.ts';

const issuer = 'https://auth.example.com';
const form = { issuer, token: 'v1.k1.token', email: 'alice@example.com', minimumLength: 15 };
const tagOf = (page: string, pattern: RegExp) => pattern.exec(page)?.[0] ?? '';
const passwordInput = (page: string) => tagOf(page, /<input id="password"[^>]*>/);

describe.each([
  ['verify-email', verifyEmailPages.form],
  ['reset', resetPasswordPages.form],
  ['undo-email', undoEmailPages.form],
] as const)('the %s form', (action, render) => {
  it('posts token and password to its own address', () => {
    const page = render(form);
    expect(page).toContain(`<form method="post" action="${action}">`);
    expect([...page.matchAll(/<input[^>]* name="(\w+)"/g)].map(([, name]) => name)).toEqual(['token', 'password']);
    expect(page).toContain('<input type="hidden" name="token" value="v1.k1.token">');
    expect(new URL(action, `${issuer}/stage/auth/link/${action}?token=x`).href).toBe(
      `${issuer}/stage/auth/link/${action}`,
    );
  });

  it('has a password field that people and password managers understand', () => {
    const page = render(form);
    expect(page).toContain('<label for="password">');
    for (const attribute of ['type="password"', 'autocomplete="new-password"', 'minlength="15"', 'required']) {
      expect(passwordInput(page)).toContain(attribute);
    }
    expect(passwordInput(page)).toContain('aria-describedby="password-hint"');
    expect(page).toContain('id="password-hint">At least 15 characters');
    expect(tagOf(page, /<input id="email"[^>]*>/)).toContain('autocomplete="username"');
  });

  it('never cuts a long password short', () => {
    expect(render(form)).not.toContain('maxlength');
  });

  it('leaves the address out where it is not known', () => {
    expect(render({ ...form, email: undefined })).not.toContain('id="email"');
  });

  it('after a weak password tells every reason where a screen reader finds it', () => {
    const errors = ['Use at least 15 characters.', 'Do not repeat.'].map((message) => ({ field: 'password', message }));
    const page = render({ ...form, errors });
    expect(page).toContain('role="alert" id="password-errors"');
    for (const { message } of errors) expect(page).toContain(`<li>${message}</li>`);
    expect(passwordInput(page)).toContain('aria-describedby="password-errors password-hint"');
    expect(passwordInput(page)).toContain('aria-invalid="true"');
    expect(page).toContain('value="v1.k1.token"');
    expect(page).toMatch(/<title>Error: /);
  });

  it.each(['"><script>alert(1)</script>', "' onfocus='alert(1)", '</title><svg onload=alert(1)>', '&quot;&lt;'])(
    'shows %j as text',
    (hostile) => {
      const errors = [{ field: 'password', message: hostile }];
      const page = render({ ...form, token: hostile, email: hostile, errors });
      const clean = render({ ...form, token: '', email: '', errors: [{ field: 'password', message: '' }] });
      expect(tags(page)).toEqual(tags(clean));
      expect(page).not.toContain('<script');
      expect(page).not.toContain('<svg');
    },
  );

  it('has the same tags and attributes whatever the text', () => {
    const plain = tags(render({ ...form, token: '', email: '' }));
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (token, email) => {
        expect(tags(render({ ...form, token, email }))).toEqual(plain);
      }),
    );
  });
});

describe('the confirm-email form', () => {
  it('posts token and password to its own address', () => {
    const page = confirmEmailPages.form(form);
    expect(page).toContain('<form method="post" action="confirm-email">');
    expect([...page.matchAll(/<input[^>]* name="(\w+)"/g)].map(([, name]) => name)).toEqual([
      'token',
      'current_password',
    ]);
    expect(passwordInput(page)).toContain('autocomplete="current-password"');
    expect(page).toContain('<input type="hidden" name="token" value="v1.k1.token">');
    expect(page).toContain('<label for="email">New e-mail address</label>');
    expect(tagOf(page, /<input id="email"[^>]*>/)).toContain('value="alice@example.com"');
  });

  it('S06 has the same tags and attributes whatever the text', () => {
    const plain = tags(confirmEmailPages.form({ ...form, token: '', email: '' }));
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (token, email) => {
        expect(tags(confirmEmailPages.form({ ...form, token, email }))).toEqual(plain);
      }),
    );
    const hostile = '"><script>alert(1)</script>';
    expect(tags(confirmEmailPages.form({ ...form, token: hostile, email: hostile }))).toEqual(plain);
  });
});

/** The tags of a page with the values of their attributes blanked. */
function tags(page: string): string[] {
  return page.match(/<[^>]*>/g)?.map((tag) => tag.replace(/="[^"]*"/g, '=""')) ?? [];
}

describe('the outcome pages', () => {
  const outcomes = [
    verifyEmailPages.done({ issuer }),
    verifyEmailPages.invalid({ issuer }),
    resetPasswordPages.done({ issuer }),
    resetPasswordPages.invalid({ issuer }),
    confirmEmailPages.done({ issuer }),
    confirmEmailPages.invalid({ issuer }),
    linkFailedPage({ issuer }),
    linkLimitedPage({ issuer, retryAfterSeconds: 61 }),
  ];

  it('say what happened and what to do', () => {
    const [verified, invalid, reset, invalidReset, confirmed, invalidConfirm, failed, limited] = outcomes;
    expect(verified).toContain('Your address is confirmed. You can sign in now.');
    expect(invalid).toContain('register again to get a new link');
    expect(reset).toContain('Every device is signed out. You can sign in with the new password now.');
    expect(invalidReset).toContain('ask for another link where you sign in');
    expect(confirmed).toContain('From now on you sign in with the new address.');
    expect(invalidConfirm).toContain('ask for the change again');
    expect(failed).toContain('open the link in your mail again');
    expect(limited).toContain('open the link in your mail again in 2 minutes');
    expect(linkLimitedPage({ issuer, retryAfterSeconds: 60 })).toContain('again in a minute');
  });

  it('name the host they come from', () => {
    for (const page of outcomes) {
      expect(page).toContain('<p class="service">auth.example.com</p>');
      expect(page).toMatch(/^<!doctype html>\n<html lang="en">/);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { api } from '../../support/people/api.ts';
import { readMails, waitForMail } from '../../support/people/mails.ts';
import { mailedToken, newPerson, problemOf, refresh, signedUp, signIn } from '../../support/people/people.ts';
import { waitUntilRefused } from '../../support/people/revoked.ts';
import { stack } from '../../support/stack/stack.ts';

const form = { 'content-type': 'application/x-www-form-urlencoded' };
const newPassword = () => newPerson().password;

function forgot(email: string, headers: Record<string, string> = {}) {
  return api('/auth/password/forgot', { method: 'POST', json: { email }, headers });
}

function reset(token: string, password: string) {
  return api('/auth/password/reset', { method: 'POST', json: { token, new_password: password } });
}

function login(email: string, password: string) {
  return api('/auth/login', { method: 'POST', json: { email, password } });
}

describe('a forgotten password', () => {
  it('R01 is answered the same for a known and an unknown address', async () => {
    const { email } = await signedUp();
    const stranger = newPerson().email;
    const [known, unknown] = [await forgot(email), await forgot(stranger)];
    expect([known.status, known.text]).toEqual([202, '']);
    expect([unknown.status, unknown.text]).toEqual([known.status, known.text]);
    expect(Object.keys(unknown.headers).sort()).toEqual(Object.keys(known.headers).sort());
    await waitForMail(email, 2);
    expect(await readMails(stranger)).toEqual([]);
  });

  it('R02 R06 is set anew once by ten at once, in place of all that signed in before', async () => {
    const person = await signedUp();
    await forgot(person.email);
    const token = await mailedToken(person.email, 2);
    const password = newPassword();
    const answers = await Promise.all(Array.from({ length: 10 }, () => reset(token, password)));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 204)) {
      expect(problemOf(answer)).toEqual({ status: 400, code: 'invalid_token' });
    }
    expect(problemOf(await refresh(person.tokens.refresh_token))).toEqual({ status: 400, code: 'invalid_grant' });
    expect(problemOf(await login(person.email, person.password)).code).toBe('invalid_credentials');
    await waitUntilRefused(person.tokens.access_token);
    const tokens = await signIn({ email: person.email, password });
    expect((await api('/auth/me', { token: tokens.access_token })).status).toBe(200);
    const notice = await waitForMail(person.email, 3);
    expect(notice.subject).toContain('Your password was changed');
    expect(notice.text).not.toMatch(/token=|https:/);
  });

  it('R03 L14 is set by the newest mail for it alone', async () => {
    const person = await signedUp();
    const registration = await mailedToken(person.email, 1);
    await forgot(person.email);
    const older = await mailedToken(person.email, 2);
    await forgot(person.email);
    const newer = await mailedToken(person.email, 3);
    for (const token of [older, registration, person.tokens.access_token, `${newer}x`, 'v1.a.b.c.d.e']) {
      expect(problemOf(await reset(token, newPassword()))).toEqual({ status: 400, code: 'invalid_token' });
    }
    for (const password of ['fourteen chars', person.email, 'PasswordPassword']) {
      const weak = await reset(newer, password);
      expect(problemOf(weak), password).toEqual({ status: 400, code: 'weak_password' });
      expect(weak.text).toContain('"field":"new_password"');
    }
    const verify = await api('/auth/verify-email', { method: 'POST', json: { token: newer, password: newPassword() } });
    expect(problemOf(verify)).toEqual({ status: 400, code: 'invalid_token' });
    expect((await reset(newer, newPassword())).status).toBe(204);
  });

  it('R04 leads to the configured host, whatever the request says', async () => {
    const { email } = await signedUp();
    await forgot(email, {
      'x-forwarded-host': 'evil.example',
      forwarded: 'host=evil.example',
      'x-host': 'evil.example',
    });
    const { text, html } = await waitForMail(email, 2);
    expect(text + html).not.toContain('evil.example');
    const link = /https:\S+/.exec(text)?.[0] ?? '';
    expect(new URL(link).origin).toBe(new URL(stack().issuer).origin);
  });
});

describe('the page behind the link of a reset', () => {
  it('S05 S06 sets the password when it is sent, not when it is shown', async () => {
    const person = await signedUp();
    await forgot(person.email);
    const token = await mailedToken(person.email, 2);
    for (let look = 0; look < 2; look++) {
      const page = await api(`/auth/link/reset?token=${token}`);
      expect([page.status, page.text.includes('<form')]).toEqual([200, true]);
      expect(page.headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(page.headers['x-frame-options']).toBe('DENY');
    }
    const send = (password: string, of = token) =>
      api('/auth/link/reset', {
        method: 'POST',
        headers: form,
        body: new URLSearchParams({ token: of, password }).toString(),
      });
    const weak = await send('short');
    expect([weak.status, weak.text.includes('role="alert"')]).toEqual([400, true]);
    const forged = await send(newPassword(), '"><script>alert(1)</script>');
    expect([forged.status, forged.text.includes('<script')]).toEqual([400, false]);
    const password = newPassword();
    expect((await send(password)).status).toBe(200);
    await signIn({ email: person.email, password });
    expect((await send(newPassword())).status).toBe(400);
    expect((await api(`/auth/link/reset?token=${token}`)).status).toBe(400);
  });
});

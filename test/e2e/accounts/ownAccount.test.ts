import { describe, expect, it } from 'vitest';
import { routes } from '../../../lambdas/contract/routes.ts';
import { api } from '../../support/people/api.ts';
import { waitForMail } from '../../support/people/mails.ts';
import {
  mailedToken,
  newPerson,
  problemOf,
  refresh,
  signedUp,
  signIn,
  verifyEmail,
} from '../../support/people/people.ts';
import { waitUntilRefused } from '../../support/people/revoked.ts';
import { stack } from '../../support/stack/stack.ts';

const profileSchema = routes.me.answers()[200];

function changePassword(token: string, current: string, next: string) {
  return api('/auth/password/change', {
    method: 'POST',
    token,
    json: { current_password: current, new_password: next },
  });
}

function changeEmail(token: string, email: string, headers: Record<string, string> = {}) {
  return api('/auth/email/change', { method: 'POST', token, json: { new_email: email }, headers });
}

function confirm(token: string) {
  return api('/auth/email/confirm', { method: 'POST', json: { token } });
}

const profile = async (token: string) => profileSchema.parse((await api('/auth/me', { token })).json());

describe('a change of password', () => {
  it('ends every session but the one it is made in', async () => {
    const person = await signedUp();
    const others = [person.tokens, await signIn(person)];
    const current = await signIn(person);
    const { password } = newPerson();
    expect((await changePassword(current.access_token, person.password, password)).status).toBe(204);
    for (const { refresh_token: token } of others) {
      expect(problemOf(await refresh(token))).toEqual({ status: 400, code: 'invalid_grant' });
    }
    await waitUntilRefused(person.tokens.access_token);
    expect((await api('/auth/me', { token: current.access_token })).status).toBe(200);
    expect((await refresh(current.refresh_token)).status).toBe(200);
    const { email } = person;
    const old = await api('/auth/login', { method: 'POST', json: { email, password: person.password } });
    expect(problemOf(old).code).toBe('invalid_credentials');
    await signIn({ email, password });
    const mails = await waitForNotice(email, 'Your password was changed');
    expect(mails).not.toMatch(/token=|https:/);
  });

  it('L14 is refused with a wrong current password or a weak new one', async () => {
    const person = await signedUp();
    const { access_token: token } = person.tokens;
    const wrong = await changePassword(token, newPerson().password, newPerson().password);
    expect(problemOf(wrong)).toEqual({ status: 401, code: 'invalid_credentials' });
    for (const password of ['fourteen chars', person.email, 'PasswordPassword']) {
      const weak = await changePassword(token, person.password, password);
      expect(problemOf(weak), password).toEqual({ status: 400, code: 'weak_password' });
      expect(weak.text).toContain('"field":"new_password"');
    }
    expect((await api('/auth/password/change', { method: 'POST', json: {} })).status).toBe(401);
    await signIn(person);
  });
});

describe('a change of address', () => {
  it('moves the account once, to the address that the token was mailed to', async () => {
    const person = await signedUp();
    const { access_token: token } = person.tokens;
    const { email } = newPerson();
    const asked = await changeEmail(token, email, { 'x-forwarded-host': 'evil.example' });
    expect([asked.status, asked.text]).toEqual([202, '']);
    expect(await waitForNotice(person.email, 'Your e-mail address is about to change')).not.toMatch(/token=|https:/);
    const { text } = await waitForMail(email);
    expect(text).not.toContain('evil.example');
    expect(new URL(/https:\S+/.exec(text)?.[0] ?? '').origin).toBe(new URL(stack().issuer).origin);
    expect((await profile(token)).email).toBe(person.email);

    const mailed = await mailedToken(email);
    const page = await api(`/auth/link/confirm-email?token=${mailed}`);
    expect([page.status, page.text.includes(email)]).toEqual([200, true]);
    const answers = await Promise.all(Array.from({ length: 10 }, () => confirm(mailed)));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 204)) {
      expect(problemOf(answer)).toEqual({ status: 400, code: 'invalid_token' });
    }
    expect(await profile(token)).toMatchObject({ email, email_verified: true });
    await signIn({ email, password: person.password });
    const old = await api('/auth/login', { method: 'POST', json: { email: person.email, password: person.password } });
    expect(problemOf(old).code).toBe('invalid_credentials');
    expect(await waitForNotice(person.email, 'Your e-mail address was changed')).not.toMatch(/token=|https:/);
  });

  it('to an address that is taken shows that to its owner alone', async () => {
    const [mine, theirs] = [await signedUp(), await signedUp()];
    const { access_token: token } = mine.tokens;
    const taken = await changeEmail(token, theirs.email);
    const free = await changeEmail(token, newPerson().email);
    expect([taken.status, taken.text]).toEqual([free.status, free.text]);
    const notice = await waitForNotice(theirs.email, 'You already have an account');
    expect(notice).not.toMatch(/token=|https:/);
    const own = await changeEmail(token, mine.email);
    expect(problemOf(own)).toEqual({ status: 400, code: 'invalid_request' });
    const registration = await mailedToken(mine.email);
    expect(problemOf(await confirm(registration))).toEqual({ status: 400, code: 'invalid_token' });
  });

  it('fails when the password was reset after it was asked for', async () => {
    const person = await signedUp();
    const { email } = newPerson();
    expect((await changeEmail(person.tokens.access_token, email)).status).toBe(202);
    const mailed = await mailedToken(email);
    await waitForNotice(person.email, 'Your e-mail address is about to change');
    await api('/auth/password/forgot', { method: 'POST', json: { email: person.email } });
    const { password } = newPerson();
    const reset = { token: await mailedToken(person.email, 3), new_password: password };
    expect((await api('/auth/password/reset', { method: 'POST', json: reset })).status).toBe(204);
    expect((await api(`/auth/link/confirm-email?token=${mailed}`)).status).toBe(400);
    expect(problemOf(await confirm(mailed))).toEqual({ status: 400, code: 'invalid_token' });
    expect((await profile((await signIn({ email: person.email, password })).access_token)).email).toBe(person.email);
  });

  it('fails once somebody else, or a newer change, has the address', async () => {
    const person = await signedUp();
    const { access_token: token } = person.tokens;
    const [first, second] = [newPerson(), newPerson()];
    await changeEmail(token, first.email);
    const older = await mailedToken(first.email);
    await changeEmail(token, second.email);
    const newer = await mailedToken(second.email);
    expect(problemOf(await confirm(older)).code).toBe('invalid_token');
    await api('/auth/register', { method: 'POST', json: { email: second.email } });
    expect((await verifyEmail(await mailedToken(second.email, 2), second.password)).status).toBe(200);
    expect(problemOf(await confirm(newer)).code).toBe('invalid_token');
    expect((await profile(token)).email).toBe(person.email);
  });
});

describe('the page behind the link of a change of address', () => {
  it('S05 S06 confirms by the mailed token alone, when it is sent', async () => {
    const person = await signedUp();
    const { email } = newPerson();
    await changeEmail(person.tokens.access_token, email);
    const token = await mailedToken(email);
    const send = (value: string) =>
      api('/auth/link/confirm-email', {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ token: value }).toString(),
      });
    for (const hostile of ['"><script>alert(1)</script>', token.slice(1)]) {
      const answer = await send(hostile);
      expect([answer.status, answer.text.includes('<script')]).toEqual([400, false]);
      expect(answer.headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(answer.headers['x-frame-options']).toBe('DENY');
    }
    expect((await send(token)).status).toBe(200);
    expect((await profile(person.tokens.access_token)).email).toBe(email);
    expect((await api(`/auth/link/confirm-email?token=${token}`)).status).toBe(400);
  });
});

/** The text of both parts of the newest mail of a subject. */
async function waitForNotice(to: string, subject: string): Promise<string> {
  for (let nth = 1; ; nth++) {
    const mail = await waitForMail(to, nth);
    if (mail.subject.startsWith(subject)) return mail.text + mail.html;
  }
}

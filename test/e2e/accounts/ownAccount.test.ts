import { describe, expect, it } from 'vitest';
import { routes } from '../../../lambdas/contract/routes.ts';
import { api } from '../../support/people/api.ts';
import { newBrowser } from '../../support/people/browserClient.ts';
import { waitForMail } from '../../support/people/mails.ts';
import {
  mailedToken,
  newPerson,
  type Person,
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

type SignedUp = Awaited<ReturnType<typeof signedUp>>;

function changeEmail({ tokens, password }: SignedUp, email: string, headers: Record<string, string> = {}) {
  const json = { new_email: email, current_password: password };
  return api('/auth/email/change', { method: 'POST', token: tokens.access_token, json, headers });
}

function confirm(token: string, password: string) {
  return api('/auth/email/confirm', { method: 'POST', json: { token, current_password: password } });
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
    const asked = await changeEmail(person, email, { 'x-forwarded-host': 'evil.example' });
    expect([asked.status, asked.text]).toEqual([202, '']);
    expect(await waitForNotice(person.email, 'Your e-mail address is about to change')).not.toMatch(/token=|https:/);
    const { text } = await waitForMail(email);
    expect(text).not.toContain('evil.example');
    expect(new URL(/https:\S+/.exec(text)?.[0] ?? '').origin).toBe(new URL(stack().issuer).origin);
    expect((await profile(token)).email).toBe(person.email);

    const mailed = await mailedToken(email);
    const page = await api(`/auth/link/confirm-email?token=${mailed}`);
    expect([page.status, page.text.includes(email)]).toEqual([200, true]);
    const answers = await Promise.all(Array.from({ length: 10 }, () => confirm(mailed, person.password)));
    expect(answers.filter(({ status }) => status === 204)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 204)) {
      expect(problemOf(answer)).toEqual({ status: 400, code: 'invalid_token' });
    }
    expect(await profile(token)).toMatchObject({ email, email_verified: true });
    await signIn({ email, password: person.password });
    const old = await api('/auth/login', { method: 'POST', json: { email: person.email, password: person.password } });
    expect(problemOf(old).code).toBe('invalid_credentials');
    expect(await waitForNotice(person.email, 'Your e-mail address was changed')).toContain(
      '/auth/link/undo-email?token=',
    );
  });

  it('to an address that is taken shows that to its owner alone', async () => {
    const [mine, theirs] = [await signedUp(), await signedUp()];
    const taken = await changeEmail(mine, theirs.email);
    const free = await changeEmail(mine, newPerson().email);
    expect([taken.status, taken.text]).toEqual([free.status, free.text]);
    const notice = await waitForNotice(theirs.email, 'You already have an account');
    expect(notice).not.toMatch(/token=|https:/);
    const own = await changeEmail(mine, mine.email);
    expect(problemOf(own)).toEqual({ status: 400, code: 'invalid_request' });
    const registration = await mailedToken(mine.email);
    expect(problemOf(await confirm(registration, mine.password))).toEqual({ status: 400, code: 'invalid_token' });
  });

  it('fails when the password was reset after it was asked for', async () => {
    const person = await signedUp();
    const { email } = newPerson();
    expect((await changeEmail(person, email)).status).toBe(202);
    const mailed = await mailedToken(email);
    await waitForNotice(person.email, 'Your e-mail address is about to change');
    await api('/auth/password/forgot', { method: 'POST', json: { email: person.email } });
    const { password } = newPerson();
    const reset = { token: await mailedToken(person.email, 3), new_password: password };
    expect((await api('/auth/password/reset', { method: 'POST', json: reset })).status).toBe(204);
    expect((await api(`/auth/link/confirm-email?token=${mailed}`)).status).toBe(400);
    expect(problemOf(await confirm(mailed, person.password))).toEqual({ status: 400, code: 'invalid_token' });
    expect((await profile((await signIn({ email: person.email, password })).access_token)).email).toBe(person.email);
  });

  it('fails once somebody else, or a newer change, has the address', async () => {
    const person = await signedUp();
    const { access_token: token } = person.tokens;
    const [first, second] = [newPerson(), newPerson()];
    await changeEmail(person, first.email);
    const older = await mailedToken(first.email);
    await changeEmail(person, second.email);
    const newer = await mailedToken(second.email);
    expect(problemOf(await confirm(older, person.password)).code).toBe('invalid_token');
    await api('/auth/register', { method: 'POST', json: { email: second.email } });
    expect((await verifyEmail(await mailedToken(second.email, 2), second.password)).status).toBe(200);
    expect(problemOf(await confirm(newer, person.password)).code).toBe('invalid_token');
    expect((await profile(token)).email).toBe(person.email);
  });
});

const formType = { 'content-type': 'application/x-www-form-urlencoded' };

describe('the page behind the link of a change of address', () => {
  const send = (form: Record<string, string>) =>
    api('/auth/link/confirm-email', {
      method: 'POST',
      headers: formType,
      body: new URLSearchParams(form).toString(),
    });

  it('S05 S06 L26 confirms by the mailed token and the password, when it is sent', async () => {
    const person = await signedUp();
    const { email } = newPerson();
    await changeEmail(person, email);
    const token = await mailedToken(email);
    for (const hostile of ['"><script>alert(1)</script>', token.slice(1)]) {
      const answer = await send({ token: hostile, current_password: person.password });
      expect([answer.status, answer.text.includes('<script')]).toEqual([400, false]);
      expect(answer.headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
      expect(answer.headers['x-frame-options']).toBe('DENY');
    }
    // What a mail scanner sends: the form as it is, with nothing in it or with something made up.
    for (const scanner of [
      { token },
      { token, current_password: '' },
      { token, current_password: 'Mustermann 12345' },
    ]) {
      const answer = await send(scanner);
      expect([answer.status, answer.text.includes('was not confirmed')]).toEqual([400, true]);
    }
    expect((await profile(person.tokens.access_token)).email).toBe(person.email);
    expect((await send({ token, current_password: person.password })).status).toBe(200);
    expect((await profile(person.tokens.access_token)).email).toBe(email);
    expect((await api(`/auth/link/confirm-email?token=${token}`)).status).toBe(400);
  });

  it('L26 confirms in a browser that is signed in to the account, and in no other', async () => {
    const [person, stranger] = [await signedUp(), await signedUp()];
    const { email } = newPerson();
    await changeEmail(person, email);
    const body = new URLSearchParams({ token: await mailedToken(email), current_password: '' }).toString();
    const submit = async (who: Person, origin?: string | null) => {
      const browser = newBrowser();
      await browser.signIn(who);
      const sent = { method: 'POST', headers: formType, body, ...(origin !== undefined && { origin }) };
      return browser.call('/auth/link/confirm-email', sent);
    };
    expect((await submit(stranger)).status).toBe(400);
    expect((await submit(person, null)).status).toBe(400);
    expect((await profile(person.tokens.access_token)).email).toBe(person.email);
    expect((await submit(person)).status).toBe(200);
    expect((await profile(person.tokens.access_token)).email).toBe(email);
  });
});

describe('a change of address that is undone', () => {
  const undo = (token: string, password: string) =>
    api('/auth/email/undo', { method: 'POST', json: { token, new_password: password } });
  const undoToken = async (email: string) =>
    /undo-email\?token=([\w.~-]+)/.exec(await waitForNotice(email, 'Your e-mail address was changed'))?.[1] ?? '';

  it('from the first of two addresses voids the link of the second', async () => {
    const person = await signedUp();
    const { access_token: token, refresh_token: refreshToken } = person.tokens;
    const [b, c] = [newPerson().email, newPerson().email];
    for (const email of [b, c]) {
      expect((await changeEmail(person, email)).status).toBe(202);
      expect((await confirm(await mailedToken(email), person.password)).status).toBe(204);
    }
    const [fromA, fromB] = [await undoToken(person.email), await undoToken(b)];
    const { password } = newPerson();
    expect((await api(`/auth/link/undo-email?token=${fromA}`)).text).toContain('Take your account back');
    expect(problemOf(await undo(fromA, 'short'))).toEqual({ status: 400, code: 'weak_password' });
    // A reserved address is nobody's meanwhile, and registering it tells nothing.
    expect((await api('/auth/register', { method: 'POST', json: { email: person.email } })).status).toBe(202);
    await waitForNotice(person.email, 'This address is kept for an account');
    expect((await undo(fromA, password)).status).toBe(204);
    expect(problemOf(await undo(fromB, password))).toEqual({ status: 400, code: 'invalid_token' });
    expect(problemOf(await undo(fromA, password))).toEqual({ status: 400, code: 'invalid_token' });
    expect((await api(`/auth/link/undo-email?token=${fromB}`)).status).toBe(400);
    expect(problemOf(await refresh(refreshToken)).code).toBe('invalid_grant');
    await waitUntilRefused(token);
    expect((await profile((await signIn({ email: person.email, password })).access_token)).email).toBe(person.email);
    for (const email of [b, c]) {
      const login = await api('/auth/login', { method: 'POST', json: { email, password } });
      expect(problemOf(login).code).toBe('invalid_credentials');
    }
    await waitForNotice(person.email, 'Your account is yours again');
  });

  it('L26 takes a password of its own: the form as it is does nothing', async () => {
    const person = await signedUp();
    const { email } = newPerson();
    await changeEmail(person, email);
    await confirm(await mailedToken(email), person.password);
    const token = await undoToken(person.email);
    const send = (form: Record<string, string>) =>
      api('/auth/link/undo-email', { method: 'POST', headers: formType, body: new URLSearchParams(form).toString() });
    expect((await send({ token, password: '' })).status).toBe(400);
    expect((await send({ token, password: 'on' })).status).toBe(400);
    expect((await profile(person.tokens.access_token)).email).toBe(email);
    const { password } = newPerson();
    expect((await send({ token, password })).text).toContain('The account is yours again');
    await signIn({ email: person.email, password });
  });
});

describe('a stolen access token', () => {
  it('L25 changes no address, adds no factor and deletes no account without the password', async () => {
    const { tokens, email } = await signedUp();
    const attempts = [
      ['POST', '/auth/email/change', { new_email: newPerson().email }],
      ['POST', '/auth/factors/totp', {}],
      ['POST', '/auth/factors/passkeys/options', {}],
      ['DELETE', '/auth/me', {}],
    ] as const;
    for (const [method, path, json] of attempts) {
      const call = (body: object) => api(path, { method, token: tokens.access_token, json: body });
      expect(problemOf(await call(json)), path).toEqual({ status: 403, code: 'step_up_required' });
      const guess = await call({ ...json, current_password: newPerson().password });
      expect(problemOf(guess), path).toEqual({ status: 401, code: 'invalid_credentials' });
    }
    expect((await profile(tokens.access_token)).email).toBe(email);
  });
});

/** The text of both parts of the newest mail of a subject. */
async function waitForNotice(to: string, subject: string): Promise<string> {
  for (let nth = 1; ; nth++) {
    const mail = await waitForMail(to, nth);
    if (mail.subject.startsWith(subject)) return mail.text + mail.html;
  }
}

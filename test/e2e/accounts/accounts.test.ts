import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { profileSchema, registrationSchema, sessionsSchema } from '../../../lambdas/contract/outputs.ts';
import { api } from '../../support/people/api.ts';
import { readMails, waitForMail } from '../../support/people/mails.ts';
import {
  mailedToken,
  newPerson,
  type Person,
  problemOf,
  refresh,
  register,
  signedUp,
  signIn,
  tokensOf,
  verifyEmail,
} from '../../support/people/people.ts';
import { awsClients } from '../../support/stack/awsClients.ts';
import { stack } from '../../support/stack/stack.ts';

describe('registration', () => {
  it('L12 answers the same for a known and an unknown address, and tells the owner', async () => {
    const { email } = await signedUp();
    const known = await register(email);
    const unknown = await register(newPerson().email);
    expect([known.status, known.text]).toEqual([unknown.status, unknown.text]);
    expect(known.status).toBe(202);
    registrationSchema.parse(known.json());
    const notice = await waitForMail(email, 2);
    expect(notice.text).not.toMatch(/token=/);
  });

  it('by 20 at once with one mailed token makes one account', async () => {
    const { email, password } = newPerson();
    await register(email);
    const token = await mailedToken(email);
    const answers = await Promise.all(Array.from({ length: 20 }, () => verifyEmail(token, password)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect([400, 503]).toContain(answer.status);
      expect(['invalid_token', 'unavailable']).toContain(problemOf(answer).code);
    }
    await signIn({ email, password });
  });

  it('of one address twice at once makes one account, however often both tokens are used at once', async () => {
    const { email, password } = newPerson();
    await Promise.all([register(email), register(email)]);
    const tokens = await Promise.all([mailedToken(email, 1), mailedToken(email, 2)]);
    const attempts = Array.from({ length: 10 }, () => tokens.map((token) => verifyEmail(token, password))).flat();
    const answers = await Promise.all(attempts);
    const made = answers.filter(({ status }) => status === 200).map((answer) => tokensOf(answer));
    expect(answers).toHaveLength(20);
    expect(made).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect(['invalid_token', 'unavailable']).toContain(problemOf(answer).code);
    }
    const { documents } = awsClients();
    const { Items = [] } = await documents.send(
      new ScanCommand({
        TableName: stack().tables['Accounts'],
        FilterExpression: 'normalized_email = :email',
        ExpressionAttributeValues: { ':email': email },
        ConsistentRead: true,
      }),
    );
    expect(Items).toHaveLength(1);
  });

  it('R03 again replaces the earlier mail', async () => {
    const { email, password } = newPerson();
    await register(email);
    const older = await mailedToken(email);
    await register(email);
    const newer = await mailedToken(email, 2);
    expect(problemOf(await verifyEmail(older, password))).toEqual({ status: 400, code: 'invalid_token' });
    expect((await verifyEmail(newer, password)).status).toBe(200);
    expect(problemOf(await verifyEmail(newer, password)).code).toBe('invalid_token');
  });

  it('L18 leaves an attacker who registers first without any password', async () => {
    const { email, password } = newPerson();
    await register(email);
    const before = await api('/auth/login', {
      method: 'POST',
      json: { email, password: 'the attacker chose this one' },
    });
    expect(problemOf(before).code).toBe('invalid_credentials');
    await register(email);
    tokensOf(await verifyEmail(await mailedToken(email, 2), password));
    expect((await readMails(email)).length).toBe(2);
  });

  it('L14 refuses a weak password, and keeps the token', async () => {
    const { email, password } = newPerson();
    await register(email);
    const token = await mailedToken(email);
    for (const weak of ['short', 'fourteen chars', email, 'PasswordPassword', 'qwertyuiop12345']) {
      const answer = await verifyEmail(token, weak);
      expect(problemOf(answer), weak).toEqual({ status: 400, code: 'weak_password' });
      expect(answer.text).toContain('"field":"password"');
    }
    tokensOf(await verifyEmail(token, password));
  });

  it('L08 L15 takes 64 characters, and lower-case letters alone', async () => {
    for (const password of ['all sixty-four characters of '.padEnd(64, 'this'), 'harbourlanterns']) {
      const { email } = newPerson();
      await register(email);
      tokensOf(await verifyEmail(await mailedToken(email), password));
      expect((await signIn({ email, password })).token_type).toBe('Bearer');
    }
  });

  it('L07 keeps apart passwords that differ in their 73rd byte', async () => {
    const { email } = newPerson();
    const start = 'seventy-two bytes '.repeat(4);
    await register(email);
    tokensOf(await verifyEmail(await mailedToken(email), `${start}1`));
    for (const password of [`${start}2`, start, `${start}11`]) {
      const answer = await api('/auth/login', { method: 'POST', json: { email, password } });
      expect(problemOf(answer)).toEqual({ status: 401, code: 'invalid_credentials' });
    }
    await signIn({ email, password: `${start}1` });
  });

  it('R04 puts the configured host into the link, whatever the request says', async () => {
    const { email } = newPerson();
    const headers = { 'x-forwarded-host': 'evil.example', forwarded: 'host=evil.example' };
    await api('/auth/register', { method: 'POST', json: { email }, headers });
    const { text, html } = await waitForMail(email);
    expect(text + html).not.toContain('evil.example');
  });
});

describe('the page behind the mailed link', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };

  it('consumes nothing when it is shown, and makes the account when it is sent', async () => {
    const person = newPerson();
    await register(person.email);
    const token = await mailedToken(person.email);
    for (let look = 0; look < 2; look++) {
      const page = await api(`/auth/link/verify-email?token=${token}`);
      expect(page.status).toBe(200);
      expect(page.text).toContain('<form');
    }
    const send = (password: string) =>
      api('/auth/link/verify-email', {
        method: 'POST',
        headers: form,
        body: new URLSearchParams({ token, password }).toString(),
      });
    const weak = await send('short');
    expect([weak.status, weak.text.includes('role="alert"')]).toEqual([400, true]);
    expect((await send(person.password)).status).toBe(200);
    await signIn(person);
    expect((await send(person.password)).status).toBe(400);
  });

  it('S05 cannot be framed, and runs no script', async () => {
    const page = await api('/auth/link/verify-email?token=%3Cscript%3Ealert(1)%3C/script%3E');
    expect(page.headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(page.headers['content-security-policy']).not.toContain('unsafe-inline');
    expect(page.headers['x-frame-options']).toBe('DENY');
    expect(page.text).not.toContain('<script>alert');
  });
});

describe('sign-in', () => {
  let person: Person;
  const credentials = () => ({ email: person.email, password: person.password });
  beforeAll(async () => {
    person = await signedUp();
  });

  it('L01 answers the same for an unknown address and for a wrong password', async () => {
    const attempt = (email: string) =>
      api('/auth/login', { method: 'POST', json: { email, password: 'not the right password' } });
    const [wrong, unknown] = [await attempt(person.email), await attempt(newPerson().email)];
    const withoutIds = (text: string) => text.replace(/"request_id":"[^"]+"/, '');
    expect(withoutIds(wrong.text)).toBe(withoutIds(unknown.text));
    expect(problemOf(wrong)).toEqual({ status: 401, code: 'invalid_credentials' });
    expect(Object.keys(wrong.headers).sort()).toEqual(Object.keys(unknown.headers).sort());
  });

  it('shows who signed in', async () => {
    const { access_token: token } = await signIn(person);
    const profile = profileSchema.parse((await api('/auth/me', { token })).json());
    expect(profile).toMatchObject({
      email: person.email,
      email_verified: true,
      tenant_id: 'default',
      roles: ['member'],
      amr: ['pwd'],
      acr: 'aal1',
    });
  });

  it('S08 from a browser puts no refresh token into the body', async () => {
    const { origin } = new URL(stack().issuer);
    const answer = await api('/auth/login', { method: 'POST', json: credentials(), headers: { origin } });
    expect(answer.status).toBe(200);
    expect(answer.text).not.toContain('refresh_token');
  });

  it('L08 refuses a password of 1 MiB before anything is hashed', async () => {
    const json = { email: person.email, password: 'x'.repeat(1_048_576) };
    const answer = await api('/auth/login', { method: 'POST', json });
    expect(problemOf(answer)).toEqual({ status: 413, code: 'payload_too_large' });
  });

  it('L16 from a foreign origin is refused', async () => {
    const answer = await api('/auth/login', {
      method: 'POST',
      json: credentials(),
      headers: { origin: 'https://evil.example' },
    });
    expect(problemOf(answer)).toEqual({ status: 403, code: 'csrf' });
  });
});

describe('refresh', () => {
  it('by 50 at once with one token yields one generation, and signs nobody out', async () => {
    const { tokens } = await signedUp();
    const answers = await Promise.all(Array.from({ length: 50 }, () => refresh(tokens.refresh_token)));
    const good = answers.filter(({ status }) => status === 200).map((answer) => tokensOf(answer));
    console.log(`50 refreshes: ${good.length} with the successor, ${answers.length - good.length} with 503`);
    expect(good.length).toBeGreaterThan(0);
    expect(new Set(good.map(({ refresh_token }) => refresh_token)).size).toBe(1);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect(answer.status).toBe(503);
      expect(answer.headers['retry-after']).toBeDefined();
    }
    const [successor] = good;
    expect((await refresh(String(successor?.refresh_token))).status).toBe(200);
  });

  it('O28 with a forged token is refused, and the owner stays signed in', async () => {
    const { tokens } = await signedUp();
    const forged = tokens.refresh_token.replace(/\.0\./, '.7.');
    expect(problemOf(await refresh(forged))).toEqual({ status: 400, code: 'invalid_grant' });
    expect((await refresh(tokens.refresh_token)).status).toBe(200);
  });
});

describe('sessions', () => {
  const list = async (token: string) => sessionsSchema.parse((await api('/auth/sessions', { token })).json()).items;

  it('are listed, and ended one by one', async () => {
    const person = await signedUp();
    const other = await signIn(person);
    const current = await signIn(person);
    const before = await list(current.access_token);
    expect(before.map(({ sid }) => sid).sort()).toEqual(
      [person.tokens.session_id, other.session_id, current.session_id].sort(),
    );
    expect(before.filter((session) => session.current).map(({ sid }) => sid)).toEqual([current.session_id]);

    const end = (sid: string) => api(`/auth/sessions/${sid}`, { method: 'DELETE', token: current.access_token });
    expect((await end(other.session_id)).status).toBe(204);
    expect(problemOf(await end(other.session_id)).code).toBe('not_found');
    expect(problemOf(await refresh(other.refresh_token)).code).toBe('invalid_grant');
    expect(await list(current.access_token)).toHaveLength(2);
  });

  it('A01 of another subject are as those that do not exist', async () => {
    const [mine, theirs] = [await signedUp(), await signedUp()];
    const end = (sid: string) => api(`/auth/sessions/${sid}`, { method: 'DELETE', token: mine.tokens.access_token });
    const others = await end(theirs.tokens.session_id);
    const missing = await end(`${'A'.repeat(22)}0`);
    expect(problemOf(others)).toEqual(problemOf(missing));
    expect(problemOf(others)).toEqual({ status: 404, code: 'not_found' });
    expect((await refresh(theirs.tokens.refresh_token)).status).toBe(200);
  });

  it('end all at once, and a new sign-in works at once', async () => {
    const person = await signedUp();
    const other = await signIn(person);
    const answer = await api('/auth/logout-everywhere', { method: 'POST', token: other.access_token });
    expect(answer.status).toBe(204);
    for (const { refresh_token } of [person.tokens, other]) {
      expect(problemOf(await refresh(refresh_token)).code).toBe('invalid_grant');
    }
    const { access_token: token } = await signIn(person);
    expect((await api('/auth/me', { token })).status).toBe(200);
    expect(await list(token)).toHaveLength(1);
  });

  it('end by refresh token; one that is no longer good is no error', async () => {
    const { tokens } = await signedUp();
    const logout = (refreshToken: string) =>
      api('/auth/logout', { method: 'POST', json: { refresh_token: refreshToken } });
    expect((await logout(tokens.refresh_token)).status).toBe(204);
    expect(problemOf(await refresh(tokens.refresh_token)).code).toBe('invalid_grant');
    expect((await logout(tokens.refresh_token)).status).toBe(204);
    expect((await logout('nonsense')).status).toBe(204);
    expect(problemOf(await api('/auth/logout', { method: 'POST' })).code).toBe('invalid_token');
  });
});

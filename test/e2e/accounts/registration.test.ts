import { ScanCommand } from '@aws-sdk/lib-dynamodb';
import { describe, expect, it } from 'vitest';
import { routes } from '../../../lambdas/contract/routes.ts';
import { api } from '../../support/people/api.ts';
import { readMails, waitForMail } from '../../support/people/mails.ts';
import {
  mailedToken,
  newPerson,
  problemOf,
  register,
  signedUp,
  signIn,
  tokensOf,
  verifyEmail,
} from '../../support/people/people.ts';
import { awsClients } from '../../support/stack/awsClients.ts';
import { stack } from '../../support/stack/stack.ts';

const registrationSchema = routes.register.answers()[202];

describe('registration', () => {
  it('L12 shows to the owner alone that an address is known', async () => {
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

  it('of one address twice at once makes one account, however often both tokens are used', async () => {
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

  it('L14 with a weak password leaves the token good', async () => {
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

  it('L08 L15 takes a password that is long or plain', async () => {
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

  it('makes the account when it is sent, not when it is shown', async () => {
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

  it('S05 is sent with a policy against frames and scripts', async () => {
    const page = await api('/auth/link/verify-email?token=%3Cscript%3Ealert(1)%3C/script%3E');
    expect(page.headers['content-security-policy']).toMatch(/default-src 'none'.*frame-ancestors 'none'/);
    expect(page.headers['content-security-policy']).not.toContain('unsafe-inline');
    expect(page.headers['x-frame-options']).toBe('DENY');
    expect(page.text).not.toContain('<script>alert');
  });
});

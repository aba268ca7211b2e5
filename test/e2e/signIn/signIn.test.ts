import { beforeAll, describe, expect, it } from 'vitest';
import { routes } from '../../../lambdas/contract/routes.ts';
import { api } from '../../support/people/api.ts';
import { newPerson, type Person, problemOf, signedUp, signIn } from '../../support/people/people.ts';
import { stack } from '../../support/stack/stack.ts';

const profileSchema = routes.me.answers()[200];

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

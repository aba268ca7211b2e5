import { expect, it } from 'vitest';
import { api } from '../../support/people/api.ts';
import { setCookiesOf } from '../../support/people/browserClient.ts';
import { mailedToken, newPerson } from '../../support/people/people.ts';
import { stack } from '../../support/stack/stack.ts';

const session = '__Host-gatehouse_session_1900000000abcdef';
const refresh = '__Host-gatehouse_refresh_1900000000abcdef';
const device = '__Host-gatehouse_device';
const wellFormed = `${'0'.repeat(8)}-0000-4000-8000-${'0'.repeat(12)}.${'A'.repeat(22)}0.${'A'.repeat(43)}`;

it.each([
  ['doubled', [session, refresh, device].map((name) => `${name}=a; ${name}=b`).join('; ')],
  ['malformed', `${session}=%%%; ${refresh}=""; ${device}=~~~~~~; =; ;`],
  ['oversized', `${session}=${'x'.repeat(4000)}; ${device}=${'y'.repeat(3000)}`],
  ['made up', [1, 2, 3, 4, 5].map((nth) => `${session.replace('0000abc', `000${nth}abc`)}=${wellFormed}`).join('; ')],
  ['of the release before', `__Host-gatehouse_session=${wellFormed}; __Secure-gatehouse_refresh=a`],
  ['tossed by a sibling host', '__Secure-gatehouse_refresh=a; __Secure-gatehouse_refresh=b'],
])('S02 beside cookies that are %s a person registers, signs in, recovers and follows links', async (_, cookie) => {
  const { email, password } = newPerson();
  const headers = { cookie, origin: new URL(stack().issuer).origin };
  const post = (path: string, json: object) => api(path, { method: 'POST', json, headers });
  const submit = (path: string, fields: Record<string, string>) =>
    api(path, {
      method: 'POST',
      headers: { ...headers, 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams(fields).toString(),
    });

  expect((await post('/auth/register', { email })).status).toBe(202);
  const verification = await mailedToken(email);
  expect((await api(`/auth/link/verify-email?token=${verification}`, { headers })).status).toBe(200);
  expect((await post('/auth/verify-email', { token: verification, password })).status).toBe(200);

  expect((await post('/auth/password/forgot', { email })).status).toBe(202);
  const reset = await mailedToken(email, 2);
  expect((await api(`/auth/link/reset?token=${reset}`, { headers })).status).toBe(200);
  expect((await submit('/auth/link/reset', { token: reset, password: `${password} anew` })).status).toBe(200);

  const signedIn = await post('/auth/login', { email, password: `${password} anew` });
  expect(signedIn.status).toBe(200);
  const held = setCookiesOf(signedIn).filter(({ maxAge }) => maxAge !== 0);
  expect(held).toHaveLength(3);
  const own = held.map(({ name, value }) => `${name}=${value}`).join('; ');
  expect((await api('/auth/me', { headers: { cookie: own } })).status).toBe(200);
});

import type { Context } from 'aws-lambda';
import { beforeEach, expect, it } from 'vitest';
import { csrfTokenOf } from '../../../lambdas/core/sessions/csrfToken.ts';
import { refusedContext } from '../../../lambdas/core/sessions/principal.ts';
import { encodeRefreshToken, newSessionSecret } from '../../../lambdas/core/sessions/refreshToken.ts';
import { newSessionId } from '../../../lambdas/core/sessions/session.ts';
import { sessionCookieSecret } from '../../../lambdas/core/sessions/sessionCookie.ts';
import { logout } from '../../../lambdas/endpoints/sessions.ts';
import { noContent } from '../../../lambdas/http/endpoint.ts';
import { httpHandler } from '../../../lambdas/http/httpHandler.ts';
import { httpEvent } from '../../support/worlds/httpEvent.ts';
import { testAccount, testMacKey, testMacKeys } from '../../support/worlds/world.ts';

const macKey = testMacKey();
const { sub } = testAccount();
const sid = newSessionId(0);
const sessionSecret = newSessionSecret();
const tokenUnder = (key: typeof macKey) =>
  encodeRefreshToken({ kid: key.kid, sub, sid, generation: 3, sessionSecret }, 'gatehouse', key);
const refreshToken = tokenUnder(macKey);

const ended: unknown[] = [];
const unreachable = () => Promise.reject(new Error('is not to be reached'));
const handler = httpHandler(
  { issuer: 'https://auth.example', allowedOrigins: [] },
  {
    logout: logout({
      accounts: { find: async () => testAccount({ sub }) },
      revocation: { revoke: async (input) => ended.push(input) > 1, revokeEverywhere: unreachable },
      refreshKeys: testMacKeys(macKey),
      limits: { consume: unreachable },
      audit: { record: unreachable },
      clock: () => 1000,
    }),
    confirmEmail: async () => noContent,
  },
);

/** A request whose `Authorization` header the authorizer has refused. */
async function statusOf(path: string, body: object | undefined, headers: Record<string, string> = {}) {
  const json = body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json', ...headers } };
  const event = httpEvent({ method: 'POST', path, headers, ...json, authorizer: refusedContext });
  return (await handler(event, { awsRequestId: '1' } as Context)).statusCode;
}

beforeEach(() => {
  ended.length = 0;
});

it('a refused header beside a good refresh token in the body of a sign-out ends the session', async () => {
  expect(await statusOf('/auth/logout', { refresh_token: refreshToken })).toBe(204);
  expect(ended).toMatchObject([{ sub, sid }]);
});

it('a refused header beside a refresh token that is not ours is refused', async () => {
  for (const refresh_token of ['nonsense', tokenUnder(testMacKey())]) {
    expect(await statusOf('/auth/logout', { refresh_token })).toBe(401);
  }
  expect(await statusOf('/auth/logout', {})).toBe(401);
  expect(await statusOf('/auth/logout', undefined)).toBe(401);
  expect(ended).toEqual([]);
});

it('a refused header is not made good by a cookie', async () => {
  const csrf = csrfTokenOf(sessionCookieSecret(sessionSecret));
  const cookie = `__Host-gatehouse_refresh_1800000000abcdef=${refreshToken}`;
  expect(await statusOf('/auth/logout', {}, { cookie, 'x-csrf-token': csrf })).toBe(401);
  expect(ended).toEqual([]);
});

it('a refused header counts on every other route', async () => {
  expect(await statusOf('/auth/email/confirm', { token: 'x', current_password: 'x' })).toBe(401);
});

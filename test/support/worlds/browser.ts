import type { Context } from 'aws-lambda';
import { parseSetCookie } from 'cookie';
import { problemSchema } from '../../../lambdas/contract/problemBodies.ts';
import type { IssuedTokens } from '../../../lambdas/core/sessions/delivery.ts';
import { toAuthorizerContext } from '../../../lambdas/core/sessions/principal.ts';
import { csrf, logout } from '../../../lambdas/endpoints/sessions.ts';
import { refreshTokenInCookie } from '../../../lambdas/http/csrf.ts';
import { noContent } from '../../../lambdas/http/endpoint.ts';
import { httpHandler } from '../../../lambdas/http/httpHandler.ts';
import { deliverRenewed, deliverTokens, signInDelivery } from '../../../lambdas/http/tokenDelivery.ts';
import { macKey, type SignedIn, signedIn } from './heldSignIns.ts';
import { type EventInput, httpEvent } from './httpEvent.ts';
import { testAccount, testMacKeys, testPrincipal } from './world.ts';

const issuer = 'https://auth.example';
export const formerNames = ['__Host-gatehouse_session', '__Secure-gatehouse_refresh'];
export const old = signedIn(1_800_000_000);
export const newer = signedIn(1_800_000_001);
export const ended: unknown[] = [];
const unreachable = () => Promise.reject(new Error('is not to be reached'));

export const issuedOf = ({ sid, id, refreshToken, sessionCookie }: SignedIn): IssuedTokens => ({
  sid,
  accessToken: 'access',
  accessTokenTtlSeconds: 900,
  refreshToken,
  delivery: { by: 'cookie', cookieId: id, sessionCookie, maxAgeSeconds: 77 },
});

/** What the flows behind the next request come to. */
export const next: {
  /** The sessions that a sign-in fails to end. */
  stillLive: readonly string[];
  refreshed: (sid: string) => IssuedTokens;
} = { stillLive: [], refreshed: () => issuedOf(old) };
const handler = httpHandler(
  { issuer, allowedOrigins: [] },
  {
    login: async (request) => {
      const delivery = signInDelivery(request);
      const previous = delivery.by === 'cookie' ? delivery.previousSessions : [];
      const { delivery: given, ...issued } = issuedOf(newer);
      const answered = { ...issued, delivery: { ...given, notEnded: next.stillLive } };
      return { ...deliverTokens(answered, request), headers: { 'x-previous': previous.map(({ sid }) => sid).join() } };
    },
    csrf: csrf(),
    refresh: async (request) => {
      const token = refreshTokenInCookie(request);
      return deliverRenewed(next.refreshed(token?.sid ?? 'none'), request);
    },
    logout: logout({
      accounts: { find: async (sub) => testAccount({ sub }) },
      revocation: { revoke: async (input) => ended.push(input) > 0, revokeEverywhere: unreachable },
      refreshKeys: testMacKeys(macKey),
      limits: { consume: unreachable },
      audit: { record: unreachable },
      clock: () => 1000,
    }),
    logoutEverywhere: async () => noContent,
  },
);

export async function call(path: string, cookie: string, input: Partial<EventInput> & { csrf?: string } = {}) {
  const { csrf: csrfToken, ...rest } = input;
  const headers = {
    origin: issuer,
    cookie,
    ...(csrfToken !== undefined && { 'x-csrf-token': csrfToken }),
    ...(input.body && { 'content-type': 'application/json' }),
  };
  const response = await handler(httpEvent({ method: 'POST', path, ...rest, headers }), {
    awsRequestId: '1',
  } as Context);
  const setCookies = (response.multiValueHeaders?.['set-cookie'] ?? []).map((text) => parseSetCookie(String(text)));
  const names = (cleared: boolean) => setCookies.filter(({ maxAge }) => (maxAge === 0) === cleared);
  return {
    status: response.statusCode,
    headers: response.headers,
    json: () => JSON.parse(response.body),
    code: () => problemSchema.parse(JSON.parse(response.body)).code,
    setCookies,
    set: names(false).map(({ name }) => name),
    cleared: names(true).map(({ name }) => name),
  };
}

export const login = (cookie: string) =>
  call('/auth/login', cookie, { body: JSON.stringify({ email: 'a@example.com', password: 'x' }) });
export const by = ({ sub, sid, cookieHash }: SignedIn, via: 'session_cookie' | 'access_token' = 'session_cookie') => ({
  authorizer: toAuthorizerContext(testPrincipal({ sub, sid, jti: undefined, via, cookieHash })),
});
export const anonymous = { authorizer: { principal: 'anonymous' } };

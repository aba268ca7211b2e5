import type { Tokens } from '../contract/routes/tokens.ts';
import type { RouteId } from '../contract/routes.ts';
import type { IssuedAccessToken, IssuedTokens, SignInDelivery } from '../core/sessions/delivery.ts';
import { cookieNames, deviceSetCookie } from './cookies.ts';
import { type EndpointRequest, type EndpointResponse, json } from './endpoint.ts';
import {
  clearedCookies,
  type HeldSignIn,
  heldSessions,
  heldSignIns,
  isOfSession,
  saysNothing,
  sessionSetCookies,
  signInsOf,
} from './sessionCookies.ts';

type WithCookies = Pick<EndpointRequest<RouteId>, 'cookies'>;

/** How the tokens of this sign-in are delivered: to a browser in cookies, to any other client in the body. */
export function signInDelivery({ fromBrowser, cookies }: EndpointRequest<RouteId>): SignInDelivery {
  return fromBrowser ? { by: 'cookie', previousSessions: heldSessions(cookies) } : { by: 'body' };
}

export type DeviceBearer = Pick<EndpointRequest<RouteId>, 'fromBrowser' | 'cookies'>;

/** The device token of the request: a browser's comes in a cookie, another client's in the body. */
export function presentedDevice({ fromBrowser, cookies }: DeviceBearer, inBody?: string): string | undefined {
  return fromBrowser ? cookies.get(cookieNames.device) : inBody;
}

/**
 * The answer of every route that signs in. In a browser, what outlives a page is in cookies that no script can read;
 * the access token is in the body, to be kept in memory.
 *
 * A sign-in ends the sessions of the cookies that its request has brought, and takes back those that are dead now, and
 * any that are too many to be looked at: those that say nothing first, then the newest, up to a bound. The cookie of a
 * session that could not be ended stays, for the next sign-in.
 */
export function deliverTokens(issued: IssuedTokens, { cookies }: WithCookies): EndpointResponse {
  const { deviceToken, delivery } = issued;
  const notEnded = delivery.by === 'cookie' ? (delivery.notEnded ?? []) : [];
  const over = heldSignIns(cookies).filter((signIn) => !notEnded.some((sid) => isOfSession(signIn, sid)));
  const answer = deliver(
    issued,
    over.toSorted((a, b) => Number(saysNothing(b)) - Number(saysNothing(a))),
  );
  if (!answer.cookies || deviceToken === undefined) return answer;
  return { ...answer, cookies: [...answer.cookies, deviceSetCookie(deviceToken)] };
}

/**
 * The answer of a refresh. It leaves the cookies of other sign-ins alone: while it was on its way, another tab may have
 * signed in anew. Its own under the names of the release before it replaces.
 */
export function deliverRenewed(issued: IssuedTokens, { cookies }: WithCookies): EndpointResponse {
  return deliver(issued, signInsOf(issued.sid, cookies));
}

function deliver(issued: IssuedTokens, takenBack: readonly HeldSignIn[]): EndpointResponse {
  const { delivery, refreshToken, deviceToken } = issued;
  const body = accessTokenBody(issued);
  if (delivery.by === 'kept_cookies') return json(200, body);
  if (delivery.by === 'body') {
    const device = deviceToken === undefined ? {} : { device_token: deviceToken };
    return json(200, { ...body, refresh_token: refreshToken, ...device });
  }
  const others = takenBack.filter(({ names }) => names.release === 'before' || names.id !== delivery.cookieId);
  const set = sessionSetCookies({ ...delivery, refreshToken });
  return { ...json(200, body), cookies: [...set, ...clearedCookies(others)] };
}

/** An access token alone. */
export function accessTokenBody(issued: IssuedAccessToken): Tokens {
  return {
    access_token: issued.accessToken,
    token_type: 'Bearer',
    expires_in: issued.accessTokenTtlSeconds,
    session_id: issued.sid,
  };
}

/** Takes the cookies of this session back from the browser, and leaves those of another session. */
export function clearCookiesOf(sid: string, { cookies }: WithCookies): Pick<EndpointResponse, 'cookies'> {
  const signIns = signInsOf(sid, cookies);
  return signIns.length > 0 ? { cookies: clearedCookies(signIns) } : {};
}

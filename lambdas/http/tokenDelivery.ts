import type { Tokens } from '../contract/routes/tokens.ts';
import type { RouteId } from '../contract/routes.ts';
import type { IssuedAccessToken, IssuedTokens, SignInDelivery } from '../core/sessions/delivery.ts';
import { parseRefreshToken } from '../core/sessions/refreshToken.ts';
import { parseSessionCookie } from '../core/sessions/sessionCookie.ts';
import { clearedSessionCookies, cookieNames, deviceSetCookie, sessionSetCookies } from './cookies.ts';
import { type EndpointRequest, type EndpointResponse, json } from './endpoint.ts';

/** How the tokens of this sign-in are delivered: to a browser in cookies, to any other client in the body. */
export function signInDelivery({ fromBrowser, cookies }: EndpointRequest<RouteId>): SignInDelivery {
  return fromBrowser ? { by: 'cookie', previousSession: cookies.get(cookieNames.session) } : { by: 'body' };
}

export type DeviceBearer = Pick<EndpointRequest<RouteId>, 'fromBrowser' | 'cookies'>;

/** The device token of the request: a browser's comes in a cookie, another client's in the body. */
export function presentedDevice({ fromBrowser, cookies }: DeviceBearer, inBody?: string): string | undefined {
  return fromBrowser ? cookies.get(cookieNames.device) : inBody;
}

/**
 * The answer of every route that signs in or refreshes. In a browser, what outlives a page is in cookies that no script
 * can read; the access token is in the body, to be kept in memory.
 */
export function deliverTokens(issued: IssuedTokens): EndpointResponse {
  const { delivery, refreshToken, deviceToken } = issued;
  const body = accessTokenBody(issued);
  if (delivery.by === 'body') {
    return json(200, {
      ...body,
      refresh_token: refreshToken,
      ...(deviceToken !== undefined && { device_token: deviceToken }),
    });
  }
  return {
    ...json(200, body),
    cookies: [
      ...sessionSetCookies({ ...delivery, refreshToken }),
      ...(deviceToken === undefined ? [] : [deviceSetCookie(deviceToken)]),
    ],
  };
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
export function clearCookiesOf(
  sid: string,
  { cookies }: Pick<EndpointRequest<RouteId>, 'cookies'>,
): Pick<EndpointResponse, 'cookies'> {
  const held = [
    parseSessionCookie(cookies.get(cookieNames.session) ?? '')?.sid,
    parseRefreshToken(cookies.get(cookieNames.refresh) ?? '')?.sid,
  ];
  return held.includes(sid) ? { cookies: clearedSessionCookies } : {};
}

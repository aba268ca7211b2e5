import type { SessionCookie } from './sessionCookie.ts';

/** How the tokens of a sign-in are to be delivered. */
export type SignInDelivery =
  | { readonly by: 'body' }
  | {
      readonly by: 'cookie';
      /** The session cookies that the browser sent. None is reused: the sessions that they open end. */
      readonly previousSessions: readonly SessionCookie[];
    };

export interface IssuedAccessToken {
  readonly sid: string;
  readonly accessToken: string;
  readonly accessTokenTtlSeconds: number;
}

/** Tokens as a flow issues them; the http floor decides what of them goes into the body and what into cookies. */
export interface IssuedTokens extends IssuedAccessToken {
  readonly refreshToken: string;
  /** Of a sign-in; a refresh leaves the device its own. */
  readonly deviceToken?: string;
  readonly delivery:
    | { readonly by: 'body' }
    | {
        readonly by: 'cookie';
        /** Of the sign-in: it ends the cookies' names. */
        readonly cookieId: string;
        readonly sessionCookie: string;
        /** How long session and refresh token live unless they are used. */
        readonly maxAgeSeconds: number;
        /** Of a sign-in: the sessions before it that could not be ended. The browser keeps their cookies. */
        readonly notEnded?: readonly string[];
      }
    /** Nothing is handed over: the browser keeps what it has, which may be newer by the time it gets the answer. */
    | { readonly by: 'kept_cookies' };
}

import { inputOf, type RouteId, routes } from '../contract/routes.ts';
import { ProblemError } from '../core/common/errors.ts';
import { chosenByCsrfToken } from '../core/sessions/csrfToken.ts';
import type { Principal } from '../core/sessions/principal.ts';
import type { EndpointRequest } from './endpoint.ts';
import { safeMethods } from './origins.ts';
import { type HeldRefreshToken, heldRefreshTokens, heldSessions } from './sessionCookies.ts';

/** The parts of a request that prove that a script of an allowed origin meant it. */
type CsrfProof = Pick<EndpointRequest<RouteId>, 'cookies' | 'csrfToken'>;

/**
 * Whether a route that a session cookie authenticates takes the cookie's CSRF token: every unsafe method (RFC 9110
 * §9.2.1) does, but for the forms of our own pages, which cannot send it.
 */
export function takesCsrfToken(route: RouteId): boolean {
  return !safeMethods.has(routes[route].method) && inputOf(route).bodyType !== 'form';
}

/**
 * Guards unsafe methods that a session cookie authenticates. The authorizer has chosen the cookie by the same rule.
 *
 * @throws ProblemError `csrf` unless the request brings the token that follows from the cookie of its principal.
 */
export function requireCsrfToken({ cookies, csrfToken }: CsrfProof, { sid }: Pick<Principal, 'sid'>): void {
  if (chosenByCsrfToken(heldSessions(cookies), csrfToken)?.sid !== sid) throw csrfTokenMissing();
}

/** Where a browser says that a request comes from: `Origin` and `Sec-Fetch-Site`. */
export interface SentFrom {
  readonly origin: string | undefined;
  readonly site: string | undefined;
}

/** Old browsers say it of no form. */
export function saysOrigin({ origin, site }: SentFrom): boolean {
  return origin !== undefined || site !== undefined;
}

/**
 * Guards the form of a page of ours that a session cookie authenticates: without a script it cannot send the header
 * that carries the token. The browser says that the page is ours, and not only of an allowed origin; and the form holds
 * a mailed token, which no other page knows.
 *
 * @throws ProblemError `csrf`.
 */
export function requireOwnPage({ origin, site }: SentFrom, issuer: string): void {
  const ours = origin === new URL(issuer).origin || ((origin ?? 'null') === 'null' && site === 'same-origin');
  if (!ours) throw new ProblemError('csrf', { detail: 'Send the form from the page behind the link' });
}

/**
 * The refresh token in the cookie that the CSRF token chooses, unverified; undefined when no cookie holds one.
 *
 * @throws ProblemError `csrf` unless the request brings the token that follows from one of them.
 */
export function refreshTokenInCookie({ cookies, csrfToken }: CsrfProof): HeldRefreshToken | undefined {
  const tokens = heldRefreshTokens(cookies);
  const chosen = chosenByCsrfToken(tokens, csrfToken);
  if (tokens.length > 0 && !chosen) throw csrfTokenMissing();
  return chosen;
}

/** The answer to a request that brings cookies, and the CSRF token of none. */
export function csrfTokenMissing(): ProblemError {
  const { method, path } = routes.csrf;
  return new ProblemError('csrf', { detail: `Send the token of ${method} ${path} as X-CSRF-Token` });
}

import { type RouteId, routes } from '../contract/routes.ts';
import { ProblemError } from '../core/common/errors.ts';
import { isCsrfToken } from '../core/sessions/csrfToken.ts';
import { parseRefreshToken } from '../core/sessions/refreshToken.ts';
import { parseSessionCookie, sessionCookieSecret } from '../core/sessions/sessionCookie.ts';
import { cookieNames } from './cookies.ts';
import type { EndpointRequest } from './endpoint.ts';

/** The parts of a request that prove that a script of an allowed origin meant it. */
type CsrfProof = Pick<EndpointRequest<RouteId>, 'cookies' | 'csrfToken'>;

/**
 * Guards unsafe methods (RFC 9110 §9.2.1) that a session cookie authenticates.
 *
 * @throws ProblemError `csrf` unless the request brings the token that follows from its session cookie.
 */
export function requireCsrfToken({ cookies, csrfToken }: CsrfProof): void {
  const secret = parseSessionCookie(cookies.get(cookieNames.session) ?? '')?.secret;
  requireTokenOf(secret, csrfToken);
}

/**
 * Guards the form of a page of ours that a session cookie authenticates: without a script it cannot send the header
 * that carries the token. The browser says that the page is ours, and not only of an allowed origin; and the form holds
 * a mailed token, which no other page knows.
 *
 * @throws ProblemError `csrf`.
 */
export function requireOwnPage(
  { origin, site }: { readonly origin: string | undefined; readonly site: string | undefined },
  issuer: string,
): void {
  const ours = origin === new URL(issuer).origin || ((origin ?? 'null') === 'null' && site === 'same-origin');
  if (!ours) throw new ProblemError('csrf', { detail: 'Send the form from the page behind the link' });
}

/**
 * The refresh token in the cookie, unverified; undefined when there is none.
 *
 * @throws ProblemError `csrf` unless the request brings the token that follows from it.
 */
export function refreshTokenInCookie({ cookies, csrfToken }: CsrfProof): string | undefined {
  const inCookie = cookies.get(cookieNames.refresh);
  if (inCookie === undefined) return undefined;
  const token = parseRefreshToken(inCookie);
  requireTokenOf(token && sessionCookieSecret(token.sessionSecret), csrfToken);
  return inCookie;
}

function requireTokenOf(secret: string | undefined, csrfToken: string | undefined): void {
  if (secret !== undefined && csrfToken !== undefined && isCsrfToken(csrfToken, secret)) return;
  const { method, path } = routes.csrf;
  throw new ProblemError('csrf', { detail: `Send the token of ${method} ${path} as X-CSRF-Token` });
}

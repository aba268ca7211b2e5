import type { MiddlewareObj } from '@middy/core';
import { ProblemError } from '../core/common/errors.ts';
import { type HttpEvent, type HttpResult, header } from './event.ts';

/** RFC 9110 §9.2.1. */
export const safeMethods: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * CORS and the Origin check. The issuer's own origin and the configured ones are allowed. From any other, an unsafe
 * method is refused (403 `csrf`), and a safe one is answered without CORS headers, so that no script can read the
 * answer. An unsafe method without an `Origin` is refused if the browser says that it comes from elsewhere.
 */
export function origins(options: {
  readonly issuer: string;
  readonly allowedOrigins: readonly string[];
}): MiddlewareObj<HttpEvent, HttpResult> {
  const allowed = new Set([new URL(options.issuer).origin, ...options.allowedOrigins]);
  const addHeaders = (request: { event: HttpEvent; response?: HttpResult | null | undefined }) => {
    if (!request.response) return;
    const origin = header(request.event, 'origin');
    const preflight = request.event.httpMethod === 'OPTIONS';
    const cors = origin !== undefined && allowed.has(origin) ? corsHeaders(origin) : undefined;
    request.response.headers = {
      ...request.response.headers,
      vary: 'Origin',
      ...cors,
      ...(cors && preflight && preflightHeaders),
    };
  };
  return {
    before: (request) => {
      if (!safeMethods.has(request.event.httpMethod) && isForeign(request.event, allowed))
        throw new ProblemError('csrf');
    },
    after: addHeaders,
    onError: addHeaders,
  };
}

/** `Sec-Fetch-Site` is the browser's own word: no script can set it (Fetch, forbidden request-headers). */
function isForeign(event: HttpEvent, allowed: ReadonlySet<string>): boolean {
  const origin = header(event, 'origin');
  const site = header(event, 'sec-fetch-site');
  if (origin === undefined) return site !== undefined && site !== 'same-origin' && site !== 'none';
  // A page without a referrer sends its forms with the origin `null`, even to its own host (Fetch, append a request
  // `Origin` header).
  if (origin === 'null') return site !== 'same-origin';
  return !allowed.has(origin);
}

function corsHeaders(origin: string) {
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': 'Retry-After, RateLimit, RateLimit-Policy, WWW-Authenticate',
  };
}

const preflightHeaders = {
  'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
  'access-control-allow-headers': 'Authorization, Content-Type, X-CSRF-Token, Idempotency-Key',
  'access-control-max-age': '600',
};

import type { MiddlewareObj } from '@middy/core';
import { ProblemError } from '../core/errors.ts';
import { type HttpEvent, type HttpResult, header } from './http.ts';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * CORS and the Origin check. The issuer's own origin and the configured ones are allowed; from any other, an unsafe method
 * is refused (403 `csrf`) and a safe one is answered without CORS headers, so that no script can read it.
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
      const origin = header(request.event, 'origin');
      if (origin !== undefined && !allowed.has(origin) && !safeMethods.has(request.event.httpMethod)) {
        throw new ProblemError('csrf');
      }
    },
    after: addHeaders,
    onError: addHeaders,
  };
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

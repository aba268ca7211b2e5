import type { MiddlewareObj } from '@middy/core';
import type { HttpEvent, HttpResult } from './event.ts';

const always = {
  'strict-transport-security': 'max-age=63072000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
};

/** The headers that every answer carries. An endpoint may override `Cache-Control` alone. */
export function securityHeaders(): MiddlewareObj<HttpEvent, HttpResult> {
  const add = (request: { response?: HttpResult | null | undefined }) => {
    if (!request.response) return;
    request.response.headers = { 'cache-control': 'no-store', ...request.response.headers, ...always };
  };
  return { after: add, onError: add };
}

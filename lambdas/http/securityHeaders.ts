import type { MiddlewareObj } from '@middy/core';
import { alwaysHeaders } from '../contract/alwaysHeaders.ts';
import type { HttpEvent, HttpResult } from './event.ts';

/**
 * The headers that every answer carries. An endpoint may override `Cache-Control` alone. The answer to `HEAD` has the
 * status and the headers of that to `GET`, and no body (RFC 9110 §9.3.2).
 */
export function securityHeaders({ issuer }: { readonly issuer: string }): MiddlewareObj<HttpEvent, HttpResult> {
  const always = Object.fromEntries(Object.entries(alwaysHeaders(issuer)).map(([k, v]) => [k.toLowerCase(), v]));
  const add = (request: { readonly event: HttpEvent; response?: HttpResult | null | undefined }) => {
    if (!request.response) return;
    request.response.headers = { 'cache-control': 'no-store', ...request.response.headers, ...always };
    if (request.event.httpMethod === 'HEAD') request.response.body = '';
  };
  return { after: add, onError: add };
}

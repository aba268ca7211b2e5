import type { MiddlewareObj } from '@middy/core';
import type { Problem } from '../contract/problemBodies.ts';
import { problems, problemType } from '../contract/problems.ts';
import { findRoute, routeById } from '../contract/routes.ts';
import { ProblemError } from '../core/common/errors.ts';
import { SecondFactorRequired } from '../core/factors/secondFactorRequired.ts';
import { type LimitRefusal, RateLimited } from '../core/limits/rateLimited.ts';
import { SessionOver } from '../core/sessions/sessionOver.ts';
import { readCookies } from './cookies.ts';
import type { EndpointResponse } from './endpoint.ts';
import { type HttpEvent, type HttpResult, headerValues } from './event.ts';
import { clearedCookies, signInsOf } from './sessionCookies.ts';

/**
 * The one place where an error becomes an answer (RFC 9457). An error without a designed answer is a 500 that says
 * nothing.
 */
export function problemResponses(refusalPage?: RefusalPage): MiddlewareObj<HttpEvent, HttpResult> {
  return {
    onError: (request) => {
      const error = request.error instanceof ProblemError ? request.error : new ProblemError('internal');
      const page = answersWithPages(request.event) ? refusalPage?.(error) : undefined;
      request.response = page
        ? { statusCode: page.status, headers: { ...page.headers }, body: page.body ?? '' }
        : toResponse(error, request.event);
    },
  };
}

/** A problem as a person reads it, who has followed a link. */
export type RefusalPage = (problem: ProblemError) => EndpointResponse;

function answersWithPages({ httpMethod, resource }: HttpEvent): boolean {
  const route = findRoute(httpMethod, resource);
  return route !== undefined && routeById(route).answers()[200] === 'page';
}

function toResponse(error: ProblemError, event: HttpEvent): HttpResult {
  const problem: Problem = {
    type: problemType(error.code),
    title: problems[error.code].title,
    status: error.status,
    code: error.code,
    detail: error.detail,
    request_id: event.requestContext.requestId,
    ...(error.errors && { errors: [...error.errors] }),
    ...(error instanceof SecondFactorRequired && { mfa_token: error.mfa.token, methods: [...error.mfa.methods] }),
  };
  return {
    statusCode: error.status,
    headers: { 'content-type': 'application/problem+json', ...retryHeaders(error) },
    ...(error instanceof SessionOver && { multiValueHeaders: { 'set-cookie': cookiesTakenBack(error, event) } }),
    body: JSON.stringify(problem),
  };
}

function cookiesTakenBack({ sid }: SessionOver, event: HttpEvent): string[] {
  return [...clearedCookies(signInsOf(sid, readCookies(headerValues(event, 'cookie'))))];
}

/** The headers that say when to come back and which limit refused (draft-ietf-httpapi-ratelimit-headers-11). */
export function retryHeaders(error: ProblemError): Readonly<Record<string, string>> {
  const { retryAfterSeconds } = error;
  return {
    ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    ...(error instanceof RateLimited && rateLimitHeaders(error.refusal)),
  };
}

function rateLimitHeaders({ limit, quota, windowSeconds, retryAfterSeconds }: LimitRefusal) {
  const window = windowSeconds === undefined ? '' : `;w=${windowSeconds}`;
  return {
    ratelimit: `"${limit}";r=0;t=${retryAfterSeconds}`,
    'ratelimit-policy': `"${limit}";q=${quota}${window}`,
  };
}

import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import type { Access } from '../contract/routes/route.ts';
import { findRoute, routeById, routes } from '../contract/routes.ts';
import type { RequestSource } from '../core/common/requestSource.ts';
import {
  type AuthorizerContext,
  anonymousContext,
  type Principal,
  refusedContext,
  toAuthorizerContext,
  unprovenContext,
} from '../core/sessions/principal.ts';
import type { SessionCookie } from '../core/sessions/sessionCookie.ts';
import { readCookies } from './cookies.ts';
import { takesCsrfToken } from './csrf.ts';
import { headerValues } from './event.ts';
import { bringsSessionCookie, heldSessions } from './sessionCookies.ts';

export type AuthorizerEvent = APIGatewayRequestAuthorizerEvent;
export type AuthorizerResult = APIGatewayAuthorizerResult;

/** The credentials of a request, unverified, and the access that its route asks for. */
export function credentialsOf(event: AuthorizerEvent): {
  readonly authorization: readonly string[];
  readonly sessionCookies: readonly SessionCookie[];
  readonly bringsSessionCookie: boolean;
  readonly csrf: { readonly token: string | undefined } | undefined;
  readonly access: Access | undefined;
} {
  const route = findRoute(event.httpMethod, event.resource);
  const authorization = headerValues(event, 'authorization');
  // An `Authorization` header decides alone: no cookie beside it is read.
  const cookies = readCookies(authorization.length > 0 ? [] : headerValues(event, 'cookie'));
  return {
    authorization,
    sessionCookies: heldSessions(cookies),
    bringsSessionCookie: bringsSessionCookie(cookies),
    csrf: route && takesCsrfToken(route) ? { token: headerValues(event, 'x-csrf-token')[0] } : undefined,
    access: route && routes[route].access,
  };
}

export function sourceOf(event: AuthorizerEvent): RequestSource {
  const { identity, requestId } = event.requestContext;
  // Not every gateway gives its authorizers the request's id.
  return { ip: identity.sourceIp, userAgent: undefined, requestId: requestId ?? 'unknown' };
}

/** Allows exactly the method that was called, with what was found in its context. */
export function allow(event: AuthorizerEvent, found: Principal | keyof typeof contexts): AuthorizerResult {
  return typeof found === 'string'
    ? allowing(event, 'anonymous', contexts[found])
    : allowing(event, found.sub, toAuthorizerContext(found));
}

const contexts = { anonymous: anonymousContext, unproven: unprovenContext, refused: refusedContext } as const;

/** Whether the handler is to see a request whose `Authorization` header is refused. A body has a type. */
export function outlivesRefusal(event: AuthorizerEvent): boolean {
  const route = findRoute(event.httpMethod, event.resource);
  const takesIt = route !== undefined && routeById(route).outlivesRefusal === true;
  return takesIt && headerValues(event, 'content-type').length > 0;
}

function allowing(event: AuthorizerEvent, principalId: string, context: AuthorizerContext): AuthorizerResult {
  return { ...policy('Allow', event.methodArn, principalId), context: { ...context } };
}

/** Denies the request, which the gateway answers with 401. */
export function deny(event: AuthorizerEvent): AuthorizerResult {
  return { ...policy('Deny', event.methodArn, 'refused'), context: {} };
}

function policy(effect: 'Allow' | 'Deny', methodArn: string, principalId: string): AuthorizerResult {
  return {
    principalId,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: effect, Resource: methodArn }],
    },
  };
}

import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import type { Access } from '../contract/routes/route.ts';
import { findRoute, routes } from '../contract/routes.ts';
import type { RequestSource } from '../core/common/requestSource.ts';
import { anonymousContext, type Principal, toAuthorizerContext } from '../core/sessions/principal.ts';
import { cookieNames, readCookies } from './cookies.ts';
import { headerValues } from './event.ts';

export type AuthorizerEvent = APIGatewayRequestAuthorizerEvent;
export type AuthorizerResult = APIGatewayAuthorizerResult;

/** The credentials of a request, unverified, and the access that its route asks for. */
export function credentialsOf(event: AuthorizerEvent): {
  readonly authorization: readonly string[];
  readonly sessionCookie: string | undefined;
  readonly access: Access | undefined;
} {
  const route = findRoute(event.httpMethod, event.resource);
  return {
    authorization: headerValues(event, 'authorization'),
    sessionCookie: readCookies(headerValues(event, 'cookie')).get(cookieNames.session),
    access: route && routes[route].access,
  };
}

export function sourceOf(event: AuthorizerEvent): RequestSource {
  const { identity, requestId } = event.requestContext;
  // Not every gateway gives its authorizers the request's id.
  return { ip: identity.sourceIp, userAgent: undefined, requestId: requestId ?? 'unknown' };
}

/** Allows exactly the method that was called, with the principal in its context; undefined is an anonymous request. */
export function allow(event: AuthorizerEvent, principal: Principal | undefined): AuthorizerResult {
  const context = principal ? toAuthorizerContext(principal) : anonymousContext;
  return { ...policy('Allow', event.methodArn, principal?.sub ?? 'anonymous'), context: { ...context } };
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

import type { APIGatewayAuthorizerResult, APIGatewayRequestAuthorizerEvent } from 'aws-lambda';
import { findRoute, routes } from '../contract/routes.ts';
import type { RequestSource } from '../core/common/requestSource.ts';
import { type AuthorizerContext, anonymousContext, toAuthorizerContext } from '../core/sessions/principal.ts';
import { TokenRejected } from '../core/tokens/tokenRejected.ts';
import { type AuthenticateDeps, authenticateRequest } from '../flows/sessions/authenticateRequest.ts';
import { sessionCookies } from '../http/cookies.ts';
import type { AuthorizerTelemetry } from '../http/telemetry/authorizerTelemetry.ts';

export type AuthorizerDeps = AuthenticateDeps & Pick<AuthorizerTelemetry, 'refused' | 'failed'>;

export type Authorizer = (event: APIGatewayRequestAuthorizerEvent) => Promise<APIGatewayAuthorizerResult>;

const maxLeewaySeconds = 60;

/**
 * The gateway's REQUEST authorizer: a policy that allows exactly the method called, with the principal in its context, or
 * denies it, which the gateway answers with 401. A refusal is an answer and not an error of the Lambda: it must neither
 * raise the alarm on errors nor cost an execution environment.
 *
 * @throws whatever kept it from deciding; the gateway answers 503.
 */
export function createAuthorizer(deps: AuthorizerDeps): Authorizer {
  if (deps.policy.clockLeewaySeconds > maxLeewaySeconds) throw new Error('the clock leeway is 60 seconds at most');
  return async (event) => {
    const from = sourceOf(event);
    try {
      const principal = await authenticateRequest(credentialsOf(event), deps);
      return principal
        ? policy('Allow', event.methodArn, principal.sub, toAuthorizerContext(principal))
        : policy('Allow', event.methodArn, 'anonymous', anonymousContext);
    } catch (error) {
      if (!(error instanceof TokenRejected)) {
        deps.failed(error, from);
        throw error;
      }
      const route = `${event.httpMethod} ${event.resource}`;
      await deps.refused({ reason: error.reason, kid: printable(error.kid), route, from });
      return policy('Deny', event.methodArn, 'refused', {});
    }
  };
}

function credentialsOf(event: APIGatewayRequestAuthorizerEvent) {
  const headers = Object.entries(event.multiValueHeaders ?? {});
  const valuesOf = (wanted: string) =>
    headers.flatMap(([name, values]) => (name.toLowerCase() === wanted ? (values ?? []) : []));
  const route = findRoute(event.httpMethod, event.resource);
  return {
    authorization: valuesOf('authorization'),
    sessionCookies: sessionCookies(valuesOf('cookie')),
    access: route && routes[route].access,
  };
}

function sourceOf(event: APIGatewayRequestAuthorizerEvent): RequestSource {
  const { identity, requestId } = event.requestContext;
  // Not every gateway gives its authorizers the request's id.
  return { ip: identity.sourceIp, userAgent: undefined, requestId: requestId ?? 'unknown' };
}

function policy(
  effect: 'Allow' | 'Deny',
  methodArn: string,
  principalId: string,
  context: AuthorizerContext,
): APIGatewayAuthorizerResult {
  return {
    principalId,
    policyDocument: {
      Version: '2012-10-17',
      Statement: [{ Action: 'execute-api:Invoke', Effect: effect, Resource: methodArn }],
    },
    context: { ...context },
  };
}

function printable(kid: string | undefined): string | undefined {
  return kid?.slice(0, 64).replace(/[^ -~]/g, '?');
}

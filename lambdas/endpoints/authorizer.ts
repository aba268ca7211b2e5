import { TokenRejected } from '../core/tokens/tokenRejected.ts';
import { type AuthenticateDeps, authenticateRequest } from '../flows/sessions/authenticateRequest.ts';
import {
  type AuthorizerEvent,
  type AuthorizerResult,
  allow,
  credentialsOf,
  deny,
  outlivesRefusal,
  sourceOf,
} from '../http/authorizerEvent.ts';
import type { AuthorizerTelemetry } from '../http/telemetry/authorizerTelemetry.ts';

export type AuthorizerDeps = AuthenticateDeps & Pick<AuthorizerTelemetry, 'refused' | 'failed'>;

export type Authorizer = (event: AuthorizerEvent) => Promise<AuthorizerResult>;

const maxLeewaySeconds = 60;

/**
 * The gateway's REQUEST authorizer. It answers with a policy that allows exactly the method called, with the principal
 * in its context, or denies it: then the gateway answers 401. A refusal is an answer and no error of the Lambda,
 * because an error would raise an alarm and cost an execution environment. Of a sign-out, the handler still looks at
 * the body: a client whose access token has expired ends its session with the refresh token alone.
 *
 * @throws whatever kept it from deciding: then the gateway answers 503.
 */
export function createAuthorizer(deps: AuthorizerDeps): Authorizer {
  if (deps.policy.clockLeewaySeconds > maxLeewaySeconds) throw new Error('the clock leeway is 60 seconds at most');
  return async (event) => {
    try {
      return allow(event, await authenticateRequest(credentialsOf(event), deps));
    } catch (error) {
      const from = sourceOf(event);
      if (!(error instanceof TokenRejected)) {
        deps.failed(error, from);
        throw error;
      }
      const route = `${event.httpMethod} ${event.resource}`;
      await deps.refused({ reason: error.reason, kid: printable(error.kid), route, from });
      return outlivesRefusal(event) ? allow(event, 'refused') : deny(event);
    }
  };
}

function printable(kid: string | undefined): string | undefined {
  return kid?.slice(0, 64).replace(/[^ -~]/g, '?');
}

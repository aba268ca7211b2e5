import { ProblemError } from '../core/common/errors.ts';
import { type RefreshDeps, refreshSession } from '../flows/sessions/refreshSession.ts';
import { refreshTokenInCookie } from '../http/csrf.ts';
import type { Endpoint, EndpointRequest } from '../http/http.ts';
import { deliverTokens } from '../http/tokenDelivery.ts';

export function refresh(deps: RefreshDeps): Endpoint<'refresh'> {
  return async (request) => {
    const { from, arrivedAtMs } = request;
    return deliverTokens(await refreshSession(deps, { ...presentedToken(request), from, arrivedAtMs }));
  };
}

/**
 * A token in the body is a body client's, whatever the cookies say. A browser's script that holds one got it where it is
 * not delivered to: a successor in cookies would strand the client it belongs to, one in the body is not for scripts.
 */
function presentedToken(request: EndpointRequest<'refresh'>) {
  const inBody = request.input.body?.refresh_token;
  if (inBody !== undefined && request.fromBrowser) throw new ProblemError('invalid_grant');
  if (inBody !== undefined) return { refreshToken: inBody, delivery: 'body' } as const;
  const inCookie = refreshTokenInCookie(request);
  if (inCookie !== undefined) return { refreshToken: inCookie, delivery: 'cookie' } as const;
  throw new ProblemError('invalid_request', {
    errors: [{ field: 'refresh_token', message: 'Neither in the body nor in a cookie' }],
  });
}

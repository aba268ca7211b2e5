import type { RouteId } from '../contract/routes.ts';
import { ProblemError } from '../core/common/errors.ts';
import type { Principal } from '../core/sessions/principal.ts';
import type { EndpointRequest } from './endpoint.ts';

/**
 * The principal of a request on an `authenticated` route.
 *
 * @throws ProblemError `invalid_token` when there is none.
 */
export function requirePrincipal(request: EndpointRequest<RouteId>): Principal {
  if (!request.principal) throw new ProblemError('invalid_token');
  return request.principal;
}

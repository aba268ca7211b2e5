import { type RefreshDeps, refreshSession } from '../flows/refreshSession.ts';
import { type Endpoint, json } from '../middleware/http.ts';

export function refresh(deps: RefreshDeps): Endpoint<'refresh'> {
  return async ({ input, from, arrivedAtMs, fromBrowser }) =>
    json(200, await refreshSession(deps, { refreshToken: input.body.refresh_token, from, arrivedAtMs, fromBrowser }));
}

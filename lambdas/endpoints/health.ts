import { type Endpoint, json } from '../http/http.ts';

/** Whether the API answers. It touches no store: that a dependency is down shows in alarms, not in restarts. */
export function health(deps: { readonly version: string }): Endpoint<'health'> {
  return async () => json(200, { status: 'ok', version: deps.version }, { 'cache-control': 'no-cache' });
}

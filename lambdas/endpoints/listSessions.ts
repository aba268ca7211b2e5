import { listSessions as flow, type ListSessionsDeps } from '../flows/sessions/listSessions.ts';
import { type Endpoint, json } from '../http/http.ts';
import { signedIn } from '../http/signedIn.ts';

export function listSessions(deps: ListSessionsDeps): Endpoint<'listSessions'> {
  return async (request) => json(200, await flow(deps, signedIn(request)));
}

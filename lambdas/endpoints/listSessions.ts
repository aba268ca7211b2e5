import { listSessions as flow, type ListSessionsDeps } from '../flows/listSessions.ts';
import { type Endpoint, json } from '../middleware/http.ts';
import { signedIn } from '../middleware/signedIn.ts';

export function listSessions(deps: ListSessionsDeps): Endpoint<'listSessions'> {
  return async (request) => json(200, await flow(deps, signedIn(request)));
}

import { showProfile } from '../flows/showProfile.ts';
import { type Endpoint, json } from '../middleware/http.ts';
import { signedIn } from '../middleware/signedIn.ts';

export function me(deps: Parameters<typeof showProfile>[0]): Endpoint<'me'> {
  return async (request) => json(200, await showProfile(deps, signedIn(request)));
}

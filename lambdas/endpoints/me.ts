import { showProfile } from '../flows/accounts/showProfile.ts';
import { type Endpoint, json } from '../http/http.ts';
import { signedIn } from '../http/signedIn.ts';

export function me(deps: Parameters<typeof showProfile>[0]): Endpoint<'me'> {
  return async (request) => json(200, await showProfile(deps, signedIn(request)));
}

import { beginPasskey, type EnrolPasskeyDeps } from '../flows/enrolPasskey.ts';
import { type Endpoint, json } from '../middleware/http.ts';
import { signedIn } from '../middleware/signedIn.ts';

export function passkeyOptions(deps: EnrolPasskeyDeps): Endpoint<'passkeyOptions'> {
  return async (request) => json(200, await beginPasskey(deps, signedIn(request)));
}

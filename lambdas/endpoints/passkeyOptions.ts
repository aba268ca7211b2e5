import { beginPasskey, type EnrolPasskeyDeps } from '../flows/factors/enrolPasskey.ts';
import { type Endpoint, json } from '../http/http.ts';
import { signedIn } from '../http/signedIn.ts';

export function passkeyOptions(deps: EnrolPasskeyDeps): Endpoint<'passkeyOptions'> {
  return async (request) => json(200, await beginPasskey(deps, signedIn(request)));
}

import { beginPasskey, type EnrolFactorDeps } from '../flows/enrolFactor.ts';
import { type Endpoint, json } from '../middleware/http.ts';
import { signedIn } from '../middleware/signedIn.ts';

export function passkeyOptions(deps: EnrolFactorDeps): Endpoint<'passkeyOptions'> {
  return async (request) => json(200, await beginPasskey(deps, signedIn(request)));
}

import { listFactors as flow, type ManageFactorsDeps } from '../flows/manageFactors.ts';
import { type Endpoint, json } from '../middleware/http.ts';
import { signedIn } from '../middleware/signedIn.ts';

export function listFactors(deps: ManageFactorsDeps): Endpoint<'listFactors'> {
  return async (request) => json(200, await flow(deps, signedIn(request)));
}

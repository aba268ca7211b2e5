import { listFactors as flow, type ManageFactorsDeps } from '../flows/factors/manageFactors.ts';
import { type Endpoint, json } from '../http/http.ts';
import { signedIn } from '../http/signedIn.ts';

export function listFactors(deps: ManageFactorsDeps): Endpoint<'listFactors'> {
  return async (request) => json(200, await flow(deps, signedIn(request)));
}

import { renewRecoveryCodes as flow, type ManageFactorsDeps } from '../flows/manageFactors.ts';
import { type Endpoint, json } from '../middleware/http.ts';
import { signedIn } from '../middleware/signedIn.ts';

export function renewRecoveryCodes(deps: ManageFactorsDeps): Endpoint<'renewRecoveryCodes'> {
  return async (request) => json(200, await flow(deps, signedIn(request), { from: request.from }));
}

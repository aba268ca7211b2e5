import { removeFactor as flow, type ManageFactorsDeps } from '../flows/factors/manageFactors.ts';
import { type Endpoint, noContent } from '../http/http.ts';
import { signedIn } from '../http/signedIn.ts';

export function removeFactor(deps: ManageFactorsDeps): Endpoint<'removeFactor'> {
  return async (request) => {
    await flow(deps, signedIn(request), { id: request.input.path.id, from: request.from });
    return noContent;
  };
}

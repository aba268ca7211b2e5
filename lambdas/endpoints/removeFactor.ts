import { removeFactor as flow, type ManageFactorsDeps } from '../flows/manageFactors.ts';
import { type Endpoint, noContent } from '../middleware/http.ts';
import { signedIn } from '../middleware/signedIn.ts';

export function removeFactor(deps: ManageFactorsDeps): Endpoint<'removeFactor'> {
  return async (request) => {
    await flow(deps, signedIn(request), { id: request.input.path.id, from: request.from });
    return noContent;
  };
}

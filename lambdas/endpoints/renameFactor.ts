import { renameFactor as flow, type ManageFactorsDeps } from '../flows/factors/manageFactors.ts';
import { type Endpoint, noContent } from '../http/http.ts';
import { signedIn } from '../http/signedIn.ts';

export function renameFactor(deps: ManageFactorsDeps): Endpoint<'renameFactor'> {
  return async (request) => {
    const { path, body } = request.input;
    await flow(deps, signedIn(request), { id: path.id, name: body.name, from: request.from });
    return noContent;
  };
}

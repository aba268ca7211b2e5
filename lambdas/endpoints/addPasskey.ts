import { type EnrolPasskeyDeps, addPasskey as flow } from '../flows/enrolPasskey.ts';
import { type Endpoint, json } from '../middleware/http.ts';
import { signedIn } from '../middleware/signedIn.ts';

export function addPasskey(deps: EnrolPasskeyDeps): Endpoint<'addPasskey'> {
  return async (request) => {
    const { credential, name } = request.input.body;
    return json(201, await flow(deps, signedIn(request), { credential, name, from: request.from }));
  };
}

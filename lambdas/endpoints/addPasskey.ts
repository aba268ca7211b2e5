import { type EnrolPasskeyDeps, addPasskey as flow } from '../flows/factors/enrolPasskey.ts';
import { type Endpoint, json } from '../http/http.ts';
import { signedIn } from '../http/signedIn.ts';

export function addPasskey(deps: EnrolPasskeyDeps): Endpoint<'addPasskey'> {
  return async (request) => {
    const { credential, name } = request.input.body;
    return json(201, await flow(deps, signedIn(request), { credential, name, from: request.from }));
  };
}

import { stepUp as flow, type StepUpDeps } from '../flows/signIn/stepUp.ts';
import { type Endpoint, json } from '../http/http.ts';
import { signedIn } from '../http/signedIn.ts';

export function stepUp(deps: StepUpDeps): Endpoint<'stepUp'> {
  return async (request) =>
    json(200, await flow(deps, { principal: signedIn(request), proof: request.input.body, from: request.from }));
}

import { type EnrolFactorDeps, beginTotp as flow } from '../flows/enrolFactor.ts';
import { type Endpoint, json } from '../middleware/http.ts';
import { signedIn } from '../middleware/signedIn.ts';

export function beginTotp(deps: EnrolFactorDeps): Endpoint<'beginTotp'> {
  return async (request) => json(201, await flow(deps, signedIn(request)));
}

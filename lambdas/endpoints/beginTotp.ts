import { type EnrolTotpDeps, beginTotp as flow } from '../flows/enrolTotp.ts';
import { type Endpoint, json } from '../middleware/http.ts';
import { signedIn } from '../middleware/signedIn.ts';

export function beginTotp(deps: EnrolTotpDeps): Endpoint<'beginTotp'> {
  return async (request) => json(201, await flow(deps, signedIn(request)));
}

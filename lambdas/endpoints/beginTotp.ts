import { type EnrolTotpDeps, beginTotp as flow } from '../flows/factors/enrolTotp.ts';
import { type Endpoint, json } from '../http/http.ts';
import { signedIn } from '../http/signedIn.ts';

export function beginTotp(deps: EnrolTotpDeps): Endpoint<'beginTotp'> {
  return async (request) => json(201, await flow(deps, signedIn(request)));
}

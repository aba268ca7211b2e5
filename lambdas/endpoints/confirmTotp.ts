import { type EnrolTotpDeps, confirmTotp as flow } from '../flows/factors/enrolTotp.ts';
import { type Endpoint, json } from '../http/http.ts';
import { signedIn } from '../http/signedIn.ts';

export function confirmTotp(deps: EnrolTotpDeps): Endpoint<'confirmTotp'> {
  return async (request) =>
    json(200, await flow(deps, signedIn(request), { ...request.input.body, from: request.from }));
}

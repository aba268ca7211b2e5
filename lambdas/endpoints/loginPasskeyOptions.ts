import { type PasskeyRequestDeps, requestPasskey } from '../flows/signIn/passkeyRequest.ts';
import { type Endpoint, json } from '../http/http.ts';

export function loginPasskeyOptions(deps: PasskeyRequestDeps): Endpoint<'loginPasskeyOptions'> {
  return async ({ input }) => json(200, await requestPasskey(deps, input.body?.mfa_token));
}

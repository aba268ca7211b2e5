import type { FactorSignInDeps } from '../flows/completeFactorSignIn.ts';
import { signInWithPasskey } from '../flows/signInWithPasskey.ts';
import { type Endpoint, json } from '../middleware/http.ts';

export function loginPasskey(deps: FactorSignInDeps): Endpoint<'loginPasskey'> {
  return async ({ input, from, fromBrowser }) => {
    const { credential, device_token: deviceToken } = input.body;
    return json(200, await signInWithPasskey(deps, { credential, deviceToken, from, fromBrowser }));
  };
}

import type { FactorSignInDeps } from '../flows/completeFactorSignIn.ts';
import { signInWithSecondFactor } from '../flows/signInWithSecondFactor.ts';
import { type Endpoint, json } from '../middleware/http.ts';

export function loginMfa(deps: FactorSignInDeps): Endpoint<'loginMfa'> {
  return async ({ input, from, fromBrowser }) => {
    const { mfa_token: mfaToken, ...proof } = input.body;
    return json(200, await signInWithSecondFactor(deps, { mfaToken, proof, from, fromBrowser }));
  };
}

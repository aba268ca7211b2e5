import type { FactorSignInDeps } from '../flows/signIn/completeFactorSignIn.ts';
import { signInWithSecondFactor } from '../flows/signIn/signInWithSecondFactor.ts';
import type { Endpoint } from '../http/http.ts';
import { deliverTokens, signInDelivery } from '../http/tokenDelivery.ts';

export function loginMfa(deps: FactorSignInDeps): Endpoint<'loginMfa'> {
  return async (request) => {
    const { mfa_token: mfaToken, ...proof } = request.input.body;
    const delivery = signInDelivery(request);
    return deliverTokens(await signInWithSecondFactor(deps, { mfaToken, proof, from: request.from, delivery }));
  };
}

import type { FactorSignInDeps } from '../flows/completeFactorSignIn.ts';
import { signInWithSecondFactor } from '../flows/signInWithSecondFactor.ts';
import type { Endpoint } from '../middleware/http.ts';
import { deliverTokens, signInDelivery } from '../middleware/tokenDelivery.ts';

export function loginMfa(deps: FactorSignInDeps): Endpoint<'loginMfa'> {
  return async (request) => {
    const { mfa_token: mfaToken, ...proof } = request.input.body;
    const delivery = signInDelivery(request);
    return deliverTokens(await signInWithSecondFactor(deps, { mfaToken, proof, from: request.from, delivery }));
  };
}

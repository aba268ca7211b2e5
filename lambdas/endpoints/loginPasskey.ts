import type { FactorSignInDeps } from '../flows/signIn/completeFactorSignIn.ts';
import { signInWithPasskey } from '../flows/signIn/signInWithPasskey.ts';
import type { Endpoint } from '../http/http.ts';
import { deliverTokens, presentedDevice, signInDelivery } from '../http/tokenDelivery.ts';

export function loginPasskey(deps: FactorSignInDeps): Endpoint<'loginPasskey'> {
  return async (request) => {
    const { credential, device_token: inBody } = request.input.body;
    const deviceToken = presentedDevice(request, inBody);
    const delivery = signInDelivery(request);
    return deliverTokens(await signInWithPasskey(deps, { credential, deviceToken, from: request.from, delivery }));
  };
}

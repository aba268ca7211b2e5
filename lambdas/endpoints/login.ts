import { type SignInDeps, signIn } from '../flows/signIn/signIn.ts';
import type { Endpoint } from '../http/http.ts';
import { deliverTokens, presentedDevice, signInDelivery } from '../http/tokenDelivery.ts';

export function login(deps: SignInDeps): Endpoint<'login'> {
  return async (request) => {
    const { email, password, device_token: inBody } = request.input.body;
    const deviceToken = presentedDevice(request, inBody);
    const delivery = signInDelivery(request);
    return deliverTokens(await signIn(deps, { email, password, deviceToken, from: request.from, delivery }));
  };
}

import { type SignInDeps, signIn } from '../flows/signIn.ts';
import { type Endpoint, json } from '../middleware/http.ts';

export function login(deps: SignInDeps): Endpoint<'login'> {
  return async ({ input, from, fromBrowser }) => {
    const { email, password, device_token: deviceToken } = input.body;
    return json(200, await signIn(deps, { email, password, deviceToken, from, fromBrowser }));
  };
}

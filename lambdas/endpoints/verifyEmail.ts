import { verifyEmail as flow, type VerifyEmailDeps } from '../flows/accounts/verifyEmail.ts';
import type { Endpoint } from '../http/http.ts';
import { deliverTokens, signInDelivery } from '../http/tokenDelivery.ts';

export function verifyEmail(deps: VerifyEmailDeps): Endpoint<'verifyEmail'> {
  return async (request) => {
    const { input, from } = request;
    return deliverTokens(await flow(deps, { ...input.body, from, delivery: signInDelivery(request) }));
  };
}

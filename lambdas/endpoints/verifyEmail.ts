import { verifyEmail as flow, type VerifyEmailDeps } from '../flows/verifyEmail.ts';
import type { Endpoint } from '../middleware/http.ts';
import { deliverTokens, signInDelivery } from '../middleware/tokenDelivery.ts';

export function verifyEmail(deps: VerifyEmailDeps): Endpoint<'verifyEmail'> {
  return async (request) => {
    const { input, from } = request;
    return deliverTokens(await flow(deps, { ...input.body, from, delivery: signInDelivery(request) }));
  };
}

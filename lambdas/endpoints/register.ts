import { type RequestRegistrationDeps, requestRegistration } from '../flows/accounts/requestRegistration.ts';
import { type Endpoint, json } from '../http/http.ts';

export function register(deps: RequestRegistrationDeps): Endpoint<'register'> {
  return async ({ input, from }) => {
    await requestRegistration(deps, { email: input.body.email, from });
    return json(202, { status: 'verification_required' });
  };
}

import { type RequestPasswordResetDeps, requestPasswordReset } from '../flows/passwords/requestPasswordReset.ts';
import type { Endpoint } from '../http/http.ts';

export function forgotPassword(deps: RequestPasswordResetDeps): Endpoint<'forgotPassword'> {
  return async ({ input, from }) => {
    await requestPasswordReset(deps, { email: input.body.email, from });
    return { status: 202 };
  };
}

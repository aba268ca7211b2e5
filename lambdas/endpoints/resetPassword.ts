import { resetPassword as flow, type ResetPasswordDeps } from '../flows/passwords/resetPassword.ts';
import { type Endpoint, noContent } from '../http/http.ts';

export function resetPassword(deps: ResetPasswordDeps): Endpoint<'resetPassword'> {
  return async ({ input, from }) => {
    const { token, new_password: newPassword } = input.body;
    await flow(deps, { token, newPassword, from });
    return noContent;
  };
}

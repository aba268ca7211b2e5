import { type ChangePasswordDeps, changePassword as flow } from '../flows/passwords/changePassword.ts';
import { type Endpoint, noContent } from '../http/http.ts';
import { signedIn } from '../http/signedIn.ts';

export function changePassword(deps: ChangePasswordDeps): Endpoint<'changePassword'> {
  return async (request) => {
    const { current_password: currentPassword, new_password: newPassword } = request.input.body;
    await flow(deps, signedIn(request), { currentPassword, newPassword, from: request.from });
    return noContent;
  };
}

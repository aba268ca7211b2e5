import { type ChangePasswordDeps, changePassword as flow } from '../flows/changePassword.ts';
import { type Endpoint, noContent } from '../middleware/http.ts';
import { signedIn } from '../middleware/signedIn.ts';

export function changePassword(deps: ChangePasswordDeps): Endpoint<'changePassword'> {
  return async (request) => {
    const { current_password: currentPassword, new_password: newPassword } = request.input.body;
    await flow(deps, signedIn(request), { currentPassword, newPassword, from: request.from });
    return noContent;
  };
}

import { type DeleteOwnAccountDeps, deleteOwnAccount } from '../flows/deleteOwnAccount.ts';
import { type Endpoint, noContent } from '../middleware/http.ts';
import { signedIn } from '../middleware/signedIn.ts';
import { clearCookiesOf } from '../middleware/tokenDelivery.ts';

export function deleteMe(deps: DeleteOwnAccountDeps): Endpoint<'deleteMe'> {
  return async (request) => {
    const principal = signedIn(request);
    const currentPassword = request.input.body?.current_password;
    await deleteOwnAccount(deps, principal, { currentPassword, from: request.from });
    return { ...noContent, ...clearCookiesOf(principal.sid, request) };
  };
}

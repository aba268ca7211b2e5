import { type DeleteOwnAccountDeps, deleteOwnAccount } from '../flows/accounts/deleteOwnAccount.ts';
import { type Endpoint, noContent } from '../http/http.ts';
import { signedIn } from '../http/signedIn.ts';
import { clearCookiesOf } from '../http/tokenDelivery.ts';

export function deleteMe(deps: DeleteOwnAccountDeps): Endpoint<'deleteMe'> {
  return async (request) => {
    const principal = signedIn(request);
    const currentPassword = request.input.body?.current_password;
    await deleteOwnAccount(deps, principal, { currentPassword, from: request.from });
    return { ...noContent, ...clearCookiesOf(principal.sid, request) };
  };
}

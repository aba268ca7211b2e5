import { revokeOwnSession, type SignOutDeps } from '../flows/sessions/signOut.ts';
import { type Endpoint, noContent } from '../http/http.ts';
import { signedIn } from '../http/signedIn.ts';
import { clearCookiesOf } from '../http/tokenDelivery.ts';

export function revokeSession(deps: SignOutDeps): Endpoint<'revokeSession'> {
  return async (request) => {
    const { sid } = request.input.path;
    await revokeOwnSession(deps, signedIn(request), sid, request.from);
    return { ...noContent, ...clearCookiesOf(sid, request) };
  };
}

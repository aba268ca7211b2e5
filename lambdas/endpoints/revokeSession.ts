import { revokeOwnSession, type SignOutDeps } from '../flows/signOut.ts';
import { type Endpoint, noContent } from '../middleware/http.ts';
import { signedIn } from '../middleware/signedIn.ts';
import { clearCookiesOf } from '../middleware/tokenDelivery.ts';

export function revokeSession(deps: SignOutDeps): Endpoint<'revokeSession'> {
  return async (request) => {
    const { sid } = request.input.path;
    await revokeOwnSession(deps, signedIn(request), sid, request.from);
    return { ...noContent, ...clearCookiesOf(sid, request) };
  };
}

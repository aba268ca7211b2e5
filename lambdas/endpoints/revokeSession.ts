import { revokeOwnSession, type SignOutDeps } from '../flows/signOut.ts';
import { type Endpoint, noContent } from '../middleware/http.ts';
import { signedIn } from '../middleware/signedIn.ts';

export function revokeSession(deps: SignOutDeps): Endpoint<'revokeSession'> {
  return async (request) => {
    await revokeOwnSession(deps, signedIn(request), request.input.path.sid, request.from);
    return noContent;
  };
}

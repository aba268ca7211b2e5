import { type SignOutDeps, signOutEverywhere } from '../flows/signOut.ts';
import { type Endpoint, noContent } from '../middleware/http.ts';
import { signedIn } from '../middleware/signedIn.ts';

export function logoutEverywhere(deps: SignOutDeps): Endpoint<'logoutEverywhere'> {
  return async (request) => {
    await signOutEverywhere(deps, signedIn(request), request.from);
    return noContent;
  };
}

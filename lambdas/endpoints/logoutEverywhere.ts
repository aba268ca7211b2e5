import { type SignOutDeps, signOutEverywhere } from '../flows/signOut.ts';
import { type Endpoint, noContent } from '../middleware/http.ts';
import { signedIn } from '../middleware/signedIn.ts';
import { clearCookiesOf } from '../middleware/tokenDelivery.ts';

export function logoutEverywhere(deps: SignOutDeps): Endpoint<'logoutEverywhere'> {
  return async (request) => {
    const principal = signedIn(request);
    await signOutEverywhere(deps, principal, request.from);
    return { ...noContent, ...clearCookiesOf(principal.sid, request) };
  };
}

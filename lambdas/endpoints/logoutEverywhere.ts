import { type SignOutDeps, signOutEverywhere } from '../flows/sessions/signOut.ts';
import { type Endpoint, noContent } from '../http/http.ts';
import { signedIn } from '../http/signedIn.ts';
import { clearCookiesOf } from '../http/tokenDelivery.ts';

export function logoutEverywhere(deps: SignOutDeps): Endpoint<'logoutEverywhere'> {
  return async (request) => {
    const principal = signedIn(request);
    await signOutEverywhere(deps, principal, request.from);
    return { ...noContent, ...clearCookiesOf(principal.sid, request) };
  };
}

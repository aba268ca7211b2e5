import { type RequestEmailChangeDeps, requestEmailChange } from '../flows/accounts/requestEmailChange.ts';
import type { Endpoint } from '../http/http.ts';
import { signedIn } from '../http/signedIn.ts';

export function changeEmail(deps: RequestEmailChangeDeps): Endpoint<'changeEmail'> {
  return async (request) => {
    await requestEmailChange(deps, signedIn(request), {
      newEmail: request.input.body.new_email,
      from: request.from,
    });
    return { status: 202 };
  };
}

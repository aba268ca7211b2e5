import { type ConfirmEmailChangeDeps, confirmEmailChange } from '../flows/accounts/confirmEmailChange.ts';
import { type Endpoint, noContent } from '../http/http.ts';

export function confirmEmail(deps: ConfirmEmailChangeDeps): Endpoint<'confirmEmail'> {
  return async ({ input, from }) => {
    await confirmEmailChange(deps, { token: input.body.token, from });
    return noContent;
  };
}

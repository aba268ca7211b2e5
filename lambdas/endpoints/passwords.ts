import * as changingPassword from '../flows/passwords/changePassword.ts';
import { type RequestPasswordResetDeps, requestPasswordReset } from '../flows/passwords/requestPasswordReset.ts';
import * as resettingPassword from '../flows/passwords/resetPassword.ts';
import { accepted, type Endpoint, noContent } from '../http/endpoint.ts';
import { requirePrincipal } from '../http/requirePrincipal.ts';
import { presentedDevice } from '../http/tokenDelivery.ts';

export function forgotPassword(deps: RequestPasswordResetDeps): Endpoint<'forgotPassword'> {
  return async (request) => {
    const { email, device_token: inBody } = request.input.body;
    await requestPasswordReset(deps, { email, deviceToken: presentedDevice(request, inBody), from: request.from });
    return accepted;
  };
}

export function resetPassword(deps: resettingPassword.ResetPasswordDeps): Endpoint<'resetPassword'> {
  return async (request) => {
    const { token, new_password: newPassword, device_token: inBody } = request.input.body;
    const deviceToken = presentedDevice(request, inBody);
    await resettingPassword.resetPassword(deps, { token, newPassword, deviceToken, from: request.from });
    return noContent;
  };
}

export function changePassword(deps: changingPassword.ChangePasswordDeps): Endpoint<'changePassword'> {
  return async (request) => {
    const { current_password: currentPassword, new_password: newPassword } = request.input.body;
    const change = { currentPassword, newPassword, from: request.from };
    await changingPassword.changePassword(deps, requirePrincipal(request), change);
    return noContent;
  };
}

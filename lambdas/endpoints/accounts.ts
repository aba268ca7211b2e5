import type { AnswerOf } from '../contract/routes.ts';
import { type ConfirmEmailChangeDeps, confirmEmailChange } from '../flows/accounts/confirmEmailChange.ts';
import { type DeleteOwnAccountDeps, deleteOwnAccount } from '../flows/accounts/deleteOwnAccount.ts';
import { type RequestEmailChangeDeps, requestEmailChange } from '../flows/accounts/requestEmailChange.ts';
import { type RequestRegistrationDeps, requestRegistration } from '../flows/accounts/requestRegistration.ts';
import { type Profile, type ShowProfileDeps, showProfile } from '../flows/accounts/showProfile.ts';
import { type UndoEmailChangeDeps, undoEmailChange } from '../flows/accounts/undoEmailChange.ts';
import * as verifyingEmail from '../flows/accounts/verifyEmail.ts';
import { accepted, type Endpoint, json, noContent } from '../http/endpoint.ts';
import { requirePrincipal } from '../http/requirePrincipal.ts';
import { clearCookiesOf, deliverTokens, presentedDevice, signInDelivery } from '../http/tokenDelivery.ts';

export function register(deps: RequestRegistrationDeps): Endpoint<'register'> {
  return async ({ input, from }) => {
    await requestRegistration(deps, { email: input.body.email, from });
    return json(202, { status: 'verification_required' } satisfies AnswerOf<'register'>);
  };
}

export function verifyEmail(deps: verifyingEmail.VerifyEmailDeps): Endpoint<'verifyEmail'> {
  return async (request) => {
    const { input, from } = request;
    const delivery = signInDelivery(request);
    const deviceToken = presentedDevice(request);
    const issued = await verifyingEmail.verifyEmail(deps, { ...input.body, deviceToken, from, delivery });
    return deliverTokens(issued, request);
  };
}

export function changeEmail(deps: RequestEmailChangeDeps): Endpoint<'changeEmail'> {
  return async (request) => {
    const { new_email: newEmail, current_password: currentPassword } = request.input.body;
    await requestEmailChange(deps, requirePrincipal(request), { newEmail, currentPassword, from: request.from });
    return accepted;
  };
}

export function confirmEmail(deps: ConfirmEmailChangeDeps): Endpoint<'confirmEmail'> {
  return async (request) => {
    const { token, current_password: currentPassword, device_token: inBody } = request.input.body;
    const { principal, from } = request;
    const deviceToken = presentedDevice(request, inBody);
    await confirmEmailChange(deps, { token, principal, currentPassword, deviceToken, from });
    return noContent;
  };
}

export function undoEmail(deps: UndoEmailChangeDeps): Endpoint<'undoEmail'> {
  return async (request) => {
    const { token, new_password: newPassword, device_token: inBody } = request.input.body;
    const deviceToken = presentedDevice(request, inBody);
    await undoEmailChange(deps, { token, newPassword, deviceToken, from: request.from });
    return noContent;
  };
}

export function me(deps: ShowProfileDeps): Endpoint<'me'> {
  return async (request) => json(200, profileBody(await showProfile(deps, requirePrincipal(request))));
}

export function deleteMe(deps: DeleteOwnAccountDeps): Endpoint<'deleteMe'> {
  return async (request) => {
    const principal = requirePrincipal(request);
    const currentPassword = request.input.body?.current_password;
    await deleteOwnAccount(deps, principal, { currentPassword, from: request.from });
    return { ...noContent, ...clearCookiesOf(principal.sid, request) };
  };
}

function profileBody({ account, authentication }: Profile): AnswerOf<'me'> {
  return {
    sub: account.sub,
    email: account.email,
    email_verified: account.emailVerified,
    tenant_id: account.tenantId,
    roles: [...account.roles],
    amr: [...authentication.amr],
    acr: authentication.acr,
    auth_time: authentication.authTime,
  };
}

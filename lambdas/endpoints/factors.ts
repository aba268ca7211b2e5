import type { AnswerOf } from '../contract/routes.ts';
import type { BeginEnrolmentDeps } from '../flows/factors/enrolFactor.ts';
import * as enrolPasskey from '../flows/factors/enrolPasskey.ts';
import * as enrolTotp from '../flows/factors/enrolTotp.ts';
import * as manageFactors from '../flows/factors/manageFactors.ts';
import { type Endpoint, instantOf, json, noContent } from '../http/endpoint.ts';
import { requirePrincipal } from '../http/requirePrincipal.ts';

export function listFactors(deps: manageFactors.ListFactorsDeps): Endpoint<'listFactors'> {
  return async (request) => {
    const { factors, recoveryCodesLeft } = await manageFactors.listFactors(deps, requirePrincipal(request));
    const items = factors.map(({ id, type, name, createdAt }) => ({
      id,
      type,
      name,
      created_at: instantOf(createdAt),
    }));
    return json(200, { items, recovery_codes_left: recoveryCodesLeft } satisfies AnswerOf<'listFactors'>);
  };
}

export function renameFactor(deps: manageFactors.RenameFactorDeps): Endpoint<'renameFactor'> {
  return async (request) => {
    const { path, body } = request.input;
    const change = { id: path.id, name: body.name, from: request.from };
    await manageFactors.renameFactor(deps, requirePrincipal(request), change);
    return noContent;
  };
}

export function removeFactor(deps: manageFactors.ManageFactorsDeps): Endpoint<'removeFactor'> {
  return async (request) => {
    const { path, body } = request.input;
    const removal = { id: path.id, currentPassword: body?.current_password, from: request.from };
    await manageFactors.removeFactor(deps, requirePrincipal(request), removal);
    return noContent;
  };
}

export function beginTotp(deps: enrolTotp.EnrolTotpDeps & BeginEnrolmentDeps): Endpoint<'beginTotp'> {
  return async (request) => {
    const begun = { currentPassword: request.input.body?.current_password, from: request.from };
    const { id, secret, otpauthUrl } = await enrolTotp.beginTotp(deps, requirePrincipal(request), begun);
    return json(201, { id, secret, otpauth_url: otpauthUrl } satisfies AnswerOf<'beginTotp'>);
  };
}

export function confirmTotp(deps: enrolTotp.EnrolTotpDeps): Endpoint<'confirmTotp'> {
  return async (request) => {
    const { input, from } = request;
    const codes = await enrolTotp.confirmTotp(deps, requirePrincipal(request), { ...input.body, from });
    return json(200, { recovery_codes: [...codes] } satisfies AnswerOf<'confirmTotp'>);
  };
}

export function passkeyOptions(deps: enrolPasskey.EnrolPasskeyDeps & BeginEnrolmentDeps): Endpoint<'passkeyOptions'> {
  return async (request) => {
    const begun = { currentPassword: request.input.body?.current_password, from: request.from };
    return json(200, await enrolPasskey.beginPasskey(deps, requirePrincipal(request), begun));
  };
}

export function addPasskey(deps: enrolPasskey.EnrolPasskeyDeps): Endpoint<'addPasskey'> {
  return async (request) => {
    const { credential, name } = request.input.body;
    const made = { credential, name, from: request.from };
    const { id } = await enrolPasskey.addPasskey(deps, requirePrincipal(request), made);
    return json(201, { id } satisfies AnswerOf<'addPasskey'>);
  };
}

export function renewRecoveryCodes(deps: manageFactors.ManageFactorsDeps): Endpoint<'renewRecoveryCodes'> {
  return async (request) => {
    const renewal = { currentPassword: request.input.body?.current_password, from: request.from };
    const codes = await manageFactors.renewRecoveryCodes(deps, requirePrincipal(request), renewal);
    return json(200, { recovery_codes: [...codes] } satisfies AnswerOf<'renewRecoveryCodes'>);
  };
}

import type { AnswerOf } from '../contract/routes.ts';
import type { FactorSignInDeps } from '../flows/signIn/completeFactorSignIn.ts';
import { type PasskeyRequestDeps, requestPasskey } from '../flows/signIn/passkeyRequest.ts';
import { type SignInDeps, signIn } from '../flows/signIn/signIn.ts';
import { signInWithPasskey } from '../flows/signIn/signInWithPasskey.ts';
import { signInWithSecondFactor } from '../flows/signIn/signInWithSecondFactor.ts';
import * as steppingUp from '../flows/signIn/stepUp.ts';
import type { WrongCodeDeps } from '../flows/signIn/wrongCodes.ts';
import { type Endpoint, json } from '../http/endpoint.ts';
import { requirePrincipal } from '../http/requirePrincipal.ts';
import { accessTokenBody, deliverTokens, presentedDevice, signInDelivery } from '../http/tokenDelivery.ts';

export function login(deps: SignInDeps): Endpoint<'login'> {
  return async (request) => {
    const { email, password, device_token: inBody } = request.input.body;
    const deviceToken = presentedDevice(request, inBody);
    const delivery = signInDelivery(request);
    const issued = await signIn(deps, { email, password, deviceToken, from: request.from, delivery });
    return deliverTokens(issued, request);
  };
}

export function loginMfa(deps: FactorSignInDeps & WrongCodeDeps): Endpoint<'loginMfa'> {
  return async (request) => {
    const { mfa_token: mfaToken, ...proof } = request.input.body;
    const delivery = signInDelivery(request);
    const deviceToken = presentedDevice(request);
    const issued = await signInWithSecondFactor(deps, { mfaToken, proof, deviceToken, from: request.from, delivery });
    return deliverTokens(issued, request);
  };
}

export function loginPasskeyOptions(deps: PasskeyRequestDeps): Endpoint<'loginPasskeyOptions'> {
  return async ({ input }) => json(200, await requestPasskey(deps, input.body?.mfa_token));
}

export function loginPasskey(deps: FactorSignInDeps): Endpoint<'loginPasskey'> {
  return async (request) => {
    const { credential, device_token: inBody } = request.input.body;
    const deviceToken = presentedDevice(request, inBody);
    const delivery = signInDelivery(request);
    const issued = await signInWithPasskey(deps, { credential, deviceToken, from: request.from, delivery });
    return deliverTokens(issued, request);
  };
}

/** The answer holds an access token alone: the client keeps its refresh token or cookies. */
export function stepUp(deps: steppingUp.StepUpDeps): Endpoint<'stepUp'> {
  return async (request) => {
    const { input, from } = request;
    const issued = await steppingUp.stepUp(deps, { principal: requirePrincipal(request), proof: input.body, from });
    return json(200, accessTokenBody(issued) satisfies AnswerOf<'stepUp'>);
  };
}

import type { Attestation } from '../../contract/webauthn.ts';
import { epochSeconds } from '../../core/common/clock.ts';
import { ProblemError } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { descriptorOf, isPasskey, passkeyId } from '../../core/factors/factor.ts';
import type { WebAuthn } from '../../core/factors/ports.ts';
import { type Challenge, makeChallenge, openChallenge } from '../../core/factors/webauthnChallenge.ts';
import type { Principal } from '../../core/sessions/principal.ts';
import {
  addFactor,
  type BeginEnrolmentDeps,
  beginEnrolment,
  type EnrolFactorDeps,
  type EnrolmentRequest,
  prepareEnrolment,
} from './enrolFactor.ts';

export interface EnrolPasskeyDeps extends EnrolFactorDeps {
  readonly webauthn: Pick<WebAuthn, 'creationOptions' | 'verifyAttestation'>;
}

/**
 * The options from which a browser makes a passkey (WebAuthn Level 3 §5.4).
 *
 * @throws ProblemError as `beginEnrolment`.
 */
export async function beginPasskey(
  deps: EnrolPasskeyDeps & BeginEnrolmentDeps,
  principal: Principal,
  request: EnrolmentRequest,
): Promise<object> {
  const { account, set } = await beginEnrolment(deps, principal, { ...request, method: 'webauthn' });
  const key = await deps.credentialKeys.current();
  const purpose = { purpose: 'enrolment', sub: account.sub, sid: principal.sid } as const;
  return deps.webauthn.creationOptions({
    challenge: makeChallenge(purpose, epochSeconds(deps.clock), key),
    user: { sub: account.sub, name: account.email },
    exclude: set.factors.filter(isPasskey).map(descriptorOf),
  });
}

/**
 * Makes a new credential a factor.
 *
 * @throws ProblemError `step_up_required`; `invalid_request` when it does not answer a challenge of this session;
 * `conflict` also when it is enrolled already; `unavailable`.
 */
export async function addPasskey(
  deps: EnrolPasskeyDeps,
  principal: Principal,
  input: { readonly credential: Attestation; readonly name: string | undefined; readonly from: RequestSource },
): Promise<{ readonly id: string }> {
  const enrolment = await prepareEnrolment(deps, principal, 'webauthn');
  const { sub } = enrolment.account;
  const now = epochSeconds(deps.clock);
  const purpose = { purpose: 'enrolment', sub, sid: principal.sid } as const;
  const find = (kid: string) => deps.credentialKeys.find(kid);
  let challenge: Challenge | undefined;
  const made = await deps.webauthn.verifyAttestation({
    credential: input.credential,
    knowsChallenge: async (text) => {
      challenge = await openChallenge(text, { purpose, nowSeconds: now, find });
      return challenge !== undefined;
    },
  });
  if (!made || !challenge) {
    throw new ProblemError('invalid_request', {
      errors: [{ field: 'credential', message: 'Not made for a challenge of this session, in the last five minutes' }],
    });
  }
  const id = passkeyId(made.credentialId);
  await addFactor(deps, enrolment, {
    factor: { sub, id, type: 'webauthn', name: input.name ?? 'Passkey', createdAt: now, ...made },
    enrolledBy: { challenge: { kind: 'webauthn', ...challenge } },
    from: input.from,
  });
  return { id };
}

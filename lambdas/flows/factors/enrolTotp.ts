import { randomBytes } from 'node:crypto';
import { epochSeconds } from '../../core/common/clock.ts';
import { ProblemError } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import type { TotpEnrolments } from '../../core/factors/ports.ts';
import { hashRecoveryCode, newRecoveryCodes } from '../../core/factors/recoveryCodes.ts';
import { newTotpSecret, otpauthUrl, totpStepOf } from '../../core/factors/totp.ts';
import { openSecret, sealSecret } from '../../core/keys/sealedSecret.ts';
import type { Principal } from '../../core/sessions/principal.ts';
import {
  addFactor,
  type BeginEnrolmentDeps,
  beginEnrolment,
  type EnrolFactorDeps,
  type EnrolmentRequest,
  prepareEnrolment,
} from './enrolFactor.ts';

/** How long a secret that was shown waits for its first code. */
const totpEnrolmentTtlSeconds = 600;

export interface EnrolTotpDeps extends EnrolFactorDeps {
  readonly enrolments: TotpEnrolments;
  readonly issuer: string;
}

/** An authenticator app that is no factor yet. The secret is base32, and is shown this once. */
export interface TotpEnrolment {
  readonly id: string;
  readonly secret: string;
  readonly otpauthUrl: string;
}

/**
 * Makes the secret of an authenticator app. The app becomes a factor with its first code.
 *
 * @throws ProblemError as `beginEnrolment`.
 */
export async function beginTotp(
  deps: EnrolTotpDeps & BeginEnrolmentDeps,
  principal: Principal,
  request: EnrolmentRequest,
): Promise<TotpEnrolment> {
  const { account } = await beginEnrolment(deps, principal, { ...request, method: 'totp' });
  const id = randomBytes(16).toString('base64url');
  const secret = newTotpSecret();
  const sealedSecret = sealSecret(secret, { sub: account.sub, id }, await deps.credentialKeys.current());
  const expiresAt = epochSeconds(deps.clock) + totpEnrolmentTtlSeconds;
  await deps.enrolments.begin(account.sub, { id, sid: principal.sid, sealedSecret, expiresAt });
  const url = otpauthUrl({ secret, issuer: deps.issuer, label: account.email });
  return { id, secret, otpauthUrl: url };
}

/**
 * Makes the app a factor, and replaces the recovery codes.
 *
 * @throws ProblemError `step_up_required`; `not_found` when another enrolment was begun since, or this one has expired
 * or is another session's; `invalid_request` for a wrong code, which uses nothing up; `conflict`, `unavailable`.
 */
export async function confirmTotp(
  deps: EnrolTotpDeps,
  principal: Principal,
  input: { readonly id: string; readonly code: string; readonly from: RequestSource },
): Promise<readonly string[]> {
  const enrolment = await prepareEnrolment(deps, principal, 'totp');
  const { sub } = enrolment.account;
  const now = epochSeconds(deps.clock);
  const pending = await deps.enrolments.find(sub);
  const ofSession = pending?.sid === undefined || pending.sid === principal.sid;
  if (pending?.id !== input.id || pending.expiresAt <= now || !ofSession) throw new ProblemError('not_found');
  const owner = { sub, id: pending.id };
  const secret = await openSecret(pending.sealedSecret, owner, (kid) => deps.credentialKeys.find(kid));
  const step = totpStepOf(input.code, secret, now);
  if (step === undefined) {
    throw new ProblemError('invalid_request', { errors: [{ field: 'code', message: 'Not a code of now' }] });
  }
  const codes = newRecoveryCodes();
  await addFactor(deps, enrolment, {
    factor: {
      ...owner,
      type: 'totp',
      name: 'Authenticator app',
      createdAt: now,
      sealedSecret: pending.sealedSecret,
      lastStep: step,
    },
    enrolledBy: { totp: pending.id },
    recoveryCodes: codes.map((code) => hashRecoveryCode(code, sub)),
    from: input.from,
  });
  return codes;
}

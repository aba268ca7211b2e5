import type { Account, FactorMethod } from '../../core/accounts/account.ts';
import type { Accounts } from '../../core/accounts/ports.ts';
import { accountEvent } from '../../core/audit/auditEvent.ts';
import { epochSeconds } from '../../core/common/clock.ts';
import { ProblemError } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { type KnownFactor, maxFactors } from '../../core/factors/factor.ts';
import type { EnrolledBy, FactorChanges, Factors } from '../../core/factors/ports.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import type { Principal } from '../../core/sessions/principal.ts';
import { type EnforceLimitDeps, enforceLimit } from '../steps/enforceLimit.ts';
import { type KeepDeviceDeps, keepDevice } from '../steps/keepDevice.ts';
import { ownAccountAfterStepUp } from '../steps/ownAccount.ts';
import { type ProvenOwnerDeps, provenOwner } from '../steps/provenOwner.ts';
import { type AccountFactors, factorSetChange } from './factorSetChange.ts';

export interface EnrolFactorDeps extends EnforceLimitDeps, KeepDeviceDeps {
  readonly accounts: Pick<Accounts, 'find'>;
  readonly factors: Factors;
  readonly changes: Pick<FactorChanges, 'add'>;
  readonly credentialKeys: Pick<MacKeys, 'current' | 'find'>;
}

export interface BeginEnrolmentDeps extends EnrolFactorDeps, ProvenOwnerDeps {}

/** What an enrolment begins with. */
export interface EnrolmentRequest {
  readonly currentPassword: string | undefined;
  readonly from: RequestSource;
}

/**
 * The beginning of an enrolment, by whoever proves to be the account's owner. What it shows (a secret, a challenge) is
 * good within the session alone, so the end of the enrolment needs no second proof.
 *
 * @throws ProblemError `step_up_required`, `invalid_credentials`, `rate_limited`, `invalid_token`; `conflict` when the
 * account has the most factors of the kind; `unavailable`.
 */
export async function beginEnrolment(
  deps: BeginEnrolmentDeps,
  principal: Principal,
  { method, ...request }: EnrolmentRequest & { readonly method: FactorMethod },
): Promise<AccountFactors> {
  const account = await provenOwner(deps, principal, { ...request, purpose: 'factor_enrolment' });
  return roomFor(deps, { account, sid: principal.sid, method });
}

/**
 * @throws ProblemError `step_up_required`; `conflict` when the account has the most factors of the kind; `unavailable`.
 */
export async function prepareEnrolment(
  deps: EnrolFactorDeps,
  principal: Principal,
  method: FactorMethod,
): Promise<AccountFactors> {
  const account = await ownAccountAfterStepUp(deps, principal, epochSeconds(deps.clock));
  return roomFor(deps, { account, sid: principal.sid, method });
}

async function roomFor(
  deps: Pick<EnrolFactorDeps, 'factors'>,
  { account, sid, method }: { readonly account: Account; readonly sid: string; readonly method: FactorMethod },
): Promise<AccountFactors> {
  const set = await deps.factors.read(account.sub);
  if (set.factors.filter(({ type }) => type === method).length >= maxFactors[method]) {
    throw new ProblemError('conflict', {
      detail: `An account may have ${maxFactors[method]} of these: remove one first`,
    });
  }
  return { sid, account, set };
}

/**
 * Adds a factor to the set that was read.
 *
 * @throws ProblemError `conflict` when the set has changed meanwhile, or holds the factor already; `rate_limited`;
 * `unavailable`.
 */
export async function addFactor(
  deps: EnrolFactorDeps,
  enrolment: AccountFactors,
  added: {
    readonly factor: KnownFactor;
    readonly enrolledBy: EnrolledBy;
    readonly recoveryCodes?: readonly string[];
    readonly from: RequestSource;
  },
): Promise<void> {
  const { from, factor, ...rest } = added;
  const { account, set } = enrolment;
  await enforceLimit(deps, { ...limitFor('factorChangesPerAccount', account), from, account });
  const nowMs = deps.clock();
  const { id, type } = factor;
  const events = [accountEvent(account, { type: 'factor.added', nowMs, from, targetId: id, details: { type } })];
  if (added.recoveryCodes) events.push(accountEvent(account, { type: 'recovery_codes.created', nowMs, from }));
  const factors = [...set.factors, factor];
  const change = factorSetChange(enrolment, { factors, events, notice: 'factor-added', from, nowMs });
  const held = await deps.changes.add({ ...change, ...rest, factor });
  if (!held) throw new ProblemError('conflict', { detail: 'It is enrolled already, or the factors have just changed' });
  await keepDevice(deps, account, change);
}

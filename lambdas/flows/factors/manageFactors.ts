import { accountEvent } from '../../core/audit/auditEvent.ts';
import { ProblemError } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { type KnownFactor, knownFactors } from '../../core/factors/factor.ts';
import type { FactorChanges, Factors } from '../../core/factors/ports.ts';
import { hashRecoveryCode, newRecoveryCodes } from '../../core/factors/recoveryCodes.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import type { Principal } from '../../core/sessions/principal.ts';
import { type ActiveAccountDeps, activeAccount } from '../steps/activeAccount.ts';
import { type EnforceLimitDeps, enforceLimit } from '../steps/enforceLimit.ts';
import { type KeepDeviceDeps, keepDevice } from '../steps/keepDevice.ts';
import { type ProvenOwnerDeps, provenOwner } from '../steps/provenOwner.ts';
import { factorSetChange } from './factorSetChange.ts';

export interface ListFactorsDeps extends ActiveAccountDeps {
  readonly factors: Factors;
}

export interface RenameFactorDeps extends ActiveAccountDeps, EnforceLimitDeps {
  readonly changes: Pick<FactorChanges, 'rename'>;
}

export interface ManageFactorsDeps extends KeepDeviceDeps, ProvenOwnerDeps {
  readonly factors: Factors;
  readonly changes: Pick<FactorChanges, 'remove' | 'replaceRecoveryCodes'>;
}

export interface FactorList {
  readonly factors: readonly Pick<KnownFactor, 'id' | 'type' | 'name' | 'createdAt'>[];
  readonly recoveryCodesLeft: number;
}

/**
 * The subject's factors of known kinds, oldest first, and how many recovery codes are left.
 *
 * @throws ProblemError `invalid_token` when the account's sessions have ended; `unavailable`.
 */
export async function listFactors(deps: ListFactorsDeps, principal: Principal): Promise<FactorList> {
  const [{ factors, recoveryCodes }] = await Promise.all([
    deps.factors.read(principal.sub),
    activeAccount(deps, principal),
  ]);
  return {
    factors: knownFactors(factors).toSorted((a, b) => a.createdAt - b.createdAt),
    recoveryCodesLeft: recoveryCodes.size,
  };
}

/**
 * @throws ProblemError `not_found`; `invalid_token` when the session has ended, alone or with all of the account's;
 * `rate_limited`, `unavailable`.
 */
export async function renameFactor(
  deps: RenameFactorDeps,
  principal: Principal,
  input: { readonly id: string; readonly name: string; readonly from: RequestSource },
): Promise<void> {
  const { id, name, from } = input;
  const account = await activeAccount(deps, principal);
  await enforceLimit(deps, { ...limitFor('factorRenamesPerAccount', account), from, account });
  const event = accountEvent(account, { type: 'factor.renamed', nowMs: deps.clock(), from, targetId: id });
  const { sub, sessionEpoch } = account;
  const renamed = await deps.changes.rename({ sub, sid: principal.sid, sessionEpoch, id, name, event });
  if (!renamed) throw new ProblemError('not_found');
}

/** What changes the factors that there are. */
export interface FactorChangeRequest {
  readonly currentPassword: string | undefined;
  readonly from: RequestSource;
}

/**
 * Removes a factor, for whoever proves to be the account's owner. With the last one the recovery codes go too, and the
 * password alone signs in again.
 *
 * @throws ProblemError `step_up_required`, `invalid_credentials`; `not_found`; `conflict` when it is all that the
 * account signs in with, or the factors have changed meanwhile; `invalid_token`, `rate_limited`, `unavailable`.
 */
export async function removeFactor(
  deps: ManageFactorsDeps,
  principal: Principal,
  request: FactorChangeRequest & { readonly id: string },
): Promise<void> {
  const { id, from } = request;
  const account = await provenOwner(deps, principal, { ...request, purpose: 'factor_removal' });
  const set = await deps.factors.read(account.sub);
  const removed = set.factors.find((factor) => factor.id === id);
  if (!removed) throw new ProblemError('not_found');
  const rest = set.factors.filter((factor) => factor !== removed);
  if (account.passwordHash === undefined && !rest.some(({ type }) => type === 'webauthn')) {
    throw new ProblemError('conflict', { detail: 'The account has no password: it keeps its last passkey' });
  }
  await enforceLimit(deps, { ...limitFor('factorChangesPerAccount', account), from, account });
  const nowMs = deps.clock();
  const details = { type: removed.type };
  const event = { type: 'factor.removed', nowMs, from, by: 'subject', targetId: id, details } as const;
  const events = [accountEvent(account, event)];
  const notice = 'factor-removed';
  const change = factorSetChange({ sid: principal.sid, account, set }, { factors: rest, events, notice, from, nowMs });
  const held = await deps.changes.remove({ ...change, id });
  if (!held) throw factorsChanged();
  await keepDevice(deps, account, change);
}

/**
 * Replaces the recovery codes, for whoever proves to be the account's owner, and tells the owner: whoever has the new
 * ones can sign in by them.
 *
 * @throws ProblemError `step_up_required`, `invalid_credentials`; `conflict` when there is no factor to recover, or the
 * factors have changed meanwhile; `invalid_token`, `rate_limited`, `unavailable`.
 */
export async function renewRecoveryCodes(
  deps: ManageFactorsDeps,
  principal: Principal,
  request: FactorChangeRequest,
): Promise<readonly string[]> {
  const { from } = request;
  const account = await provenOwner(deps, principal, { ...request, purpose: 'recovery_codes_renewal' });
  const { sub } = account;
  const set = await deps.factors.read(sub);
  const { factors } = set;
  if (factors.length === 0) throw new ProblemError('conflict', { detail: 'There is no second factor to recover' });
  await enforceLimit(deps, { ...limitFor('factorChangesPerAccount', account), from, account });
  const codes = newRecoveryCodes();
  const nowMs = deps.clock();
  const events = [accountEvent(account, { type: 'recovery_codes.created', nowMs, from })];
  const notice = 'recovery-codes-renewed';
  const change = factorSetChange({ sid: principal.sid, account, set }, { factors, events, notice, from, nowMs });
  const recoveryCodes = codes.map((code) => hashRecoveryCode(code, sub));
  const held = await deps.changes.replaceRecoveryCodes({ ...change, recoveryCodes });
  if (!held) throw factorsChanged();
  await keepDevice(deps, account, change);
  return codes;
}

function factorsChanged(): ProblemError {
  return new ProblemError('conflict', { detail: 'The factors have just changed: look again' });
}

import type { Account, FactorMethod } from '../../core/accounts/account.ts';
import type { Accounts } from '../../core/accounts/ports.ts';
import { accountEvent } from '../../core/audit/auditEvent.ts';
import { type Clock, epochSeconds } from '../../core/common/clock.ts';
import { ProblemError } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { type Factor, type FactorSet, maxFactors, methodsOf } from '../../core/factors/factor.ts';
import type { EnrolledBy, FactorChanges, Factors } from '../../core/factors/ports.ts';
import type { MacKeys } from '../../core/keys/ports.ts';
import { noticeJob } from '../../core/mail/mailJob.ts';
import type { Principal } from '../../core/sessions/principal.ts';
import { requireStepUp } from '../../core/sessions/stepUp.ts';
import { activeAccount } from '../steps/activeAccount.ts';

export interface EnrolFactorDeps {
  readonly accounts: Pick<Accounts, 'find'>;
  readonly factors: Factors;
  readonly changes: Pick<FactorChanges, 'add'>;
  readonly credentialKeys: Pick<MacKeys, 'current' | 'find'>;
  readonly clock: Clock;
}

/** Whose factor it is to be, and the factors they have. */
interface Enrolment {
  readonly account: Account;
  readonly set: FactorSet;
}

/** @throws ProblemError `step_up_required`, `conflict` when there are as many as there may be, `unavailable`. */
export async function prepareEnrolment(
  deps: EnrolFactorDeps,
  principal: Principal,
  method: FactorMethod,
): Promise<Enrolment> {
  const account = await activeAccount(deps, principal);
  requireStepUp(principal, account, epochSeconds(deps.clock));
  const set = await deps.factors.read(account.sub);
  if (set.factors.filter(({ type }) => type === method).length >= maxFactors[method]) {
    throw new ProblemError('conflict', {
      detail: `An account may have ${maxFactors[method]} of these: remove one first`,
    });
  }
  return { account, set };
}

/**
 * Adds what is enrolled to the set that was read.
 *
 * @throws ProblemError `conflict` when the set has changed meanwhile, or it is in it already; `unavailable`.
 */
export async function addFactor(
  deps: EnrolFactorDeps,
  { account, set }: Enrolment,
  added: {
    readonly factor: Factor;
    readonly enrolledBy: EnrolledBy;
    readonly recoveryCodes?: readonly string[];
    readonly from: RequestSource;
  },
): Promise<void> {
  const { from, ...change } = added;
  const nowMs = deps.clock();
  const { id, type } = added.factor;
  const events = [accountEvent(account, { type: 'factor.added', nowMs, from, targetId: id, details: { type } })];
  if (added.recoveryCodes) events.push(accountEvent(account, { type: 'recovery_codes.created', nowMs, from }));
  const held = await deps.changes.add({
    ...change,
    sub: account.sub,
    sessionEpoch: account.sessionEpoch,
    credentialsChangedAt: account.credentialsChangedAt,
    revision: set.revision,
    methods: methodsOf([...set.factors, added.factor]),
    nowMs,
    events,
    job: noticeJob({ template: 'factor-added', to: account.normalizedEmail, from, nowMs }),
  });
  if (!held) throw new ProblemError('conflict', { detail: 'It is enrolled already, or the factors have just changed' });
}

import type { Account } from '../../core/accounts/account.ts';
import { accountEvent } from '../../core/audit/auditEvent.ts';
import type { Operator } from '../../core/audit/operator.ts';
import type { Clock } from '../../core/common/clock.ts';
import { methodsOf } from '../../core/factors/factor.ts';
import type { FactorAdministration, Factors } from '../../core/factors/ports.ts';
import { noticeJob } from '../../core/mail/mailJob.ts';

export interface AdministerFactorsDeps {
  readonly factors: Factors;
  readonly factorAdministration: FactorAdministration;
  readonly clock: Clock;
}

/**
 * Removes a factor that is not its owner's, or that its owner has lost. Whoever has a factor may have made the recovery
 * codes, and may be signed in by it: the codes go as well, and every session ends. The owner is told.
 *
 * @returns `unknown` where the account has no such factor; `changed`, with nothing written, where the account or its
 * factors have changed meanwhile.
 * @throws ProblemError `unavailable`.
 */
export async function removeFactorAsOperator(
  deps: AdministerFactorsDeps,
  account: Account,
  { id, operator }: { readonly id: string; readonly operator: Operator },
): Promise<'removed' | 'unknown' | 'changed'> {
  const { factors, revision } = await deps.factors.read(account.sub);
  const removed = factors.find((factor) => factor.id === id);
  if (!removed) return 'unknown';
  const nowMs = deps.clock();
  const [type] = methodsOf([removed]);
  const nowhere = { ip: '', userAgent: undefined, requestId: '' };
  const held = await deps.factorAdministration.remove({
    account,
    id,
    revision,
    methods: methodsOf(factors.filter((factor) => factor !== removed)),
    nowMs,
    event: accountEvent(account, {
      type: 'factor.removed',
      nowMs,
      by: operator,
      targetId: id,
      details: { type: type ?? '' },
    }),
    job: noticeJob({
      template: 'factor-removed',
      to: account.normalizedEmail,
      owner: account.sub,
      from: nowhere,
      nowMs,
    }),
  });
  return held ? 'removed' : 'changed';
}

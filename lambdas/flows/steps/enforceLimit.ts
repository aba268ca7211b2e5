import { strangerEvent, subjectRefusal } from '../../core/audit/auditEvent.ts';
import type { AuditOutbox } from '../../core/audit/ports.ts';
import type { Clock } from '../../core/common/clock.ts';
import { ProblemError } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import type { LimitDecision, LimitReceipt } from '../../core/limits/limitDecision.ts';
import type { LimitCounter } from '../../core/limits/ports.ts';

export interface EnforceLimitDeps {
  readonly limits: LimitCounter;
  readonly audit: AuditOutbox;
  readonly clock: Clock;
}

export interface LimitedAttempt extends LimitDecision {
  readonly from: RequestSource;
  /** Whose limit it is, where that is known. A refusal is recorded either way, at the same cost. */
  readonly account?: { readonly sub: string; readonly tenantId?: string } | undefined;
}

/**
 * Counts an attempt before the work it asks for is done: counted afterwards, any number at once would get through.
 *
 * @returns the receipt, by which an attempt that turns out well is given back.
 * @throws ProblemError `rate_limited`, once the refusal is recorded; `unavailable` when it cannot be decided or recorded.
 */
export async function enforceLimit(deps: EnforceLimitDeps, attempt: LimitedAttempt): Promise<LimitReceipt> {
  const { limit, key, from, account } = attempt;
  const outcome = await deps.limits.consume({ limit, key });
  if (outcome.admitted) return outcome.receipt;
  const event = { type: 'request.rate_limited', nowMs: deps.clock(), from, outcome: 'denied', reason: limit } as const;
  await deps.audit.record(
    account ? subjectRefusal({ ...event, account }) : strangerEvent({ ...event, target: { type: 'address' } }),
  );
  throw new ProblemError('rate_limited', { rateLimit: outcome.refusal });
}

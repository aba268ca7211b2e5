import { type EventSubject, strangerEvent, subjectRefusal } from '../../core/audit/auditEvent.ts';
import type { AuditOutbox } from '../../core/audit/ports.ts';
import type { Clock } from '../../core/common/clock.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import type { LimitDecision, LimitReceipt } from '../../core/limits/limitDecision.ts';
import type { LimitCounter } from '../../core/limits/ports.ts';
import { type LimitRefusal, RateLimited } from '../../core/limits/rateLimited.ts';

export interface EnforceLimitDeps {
  readonly limits: LimitCounter;
  readonly audit: AuditOutbox;
  readonly clock: Clock;
}

export interface LimitedAttempt extends LimitDecision {
  readonly from: RequestSource;
  /** Whose limit it is, where that is known. A refusal is recorded either way, at the same cost. */
  readonly account?: EventSubject | undefined;
}

/**
 * Counts an attempt before the work it asks for is done: counted afterwards, any number at once would get through.
 *
 * @returns the receipt, by which an attempt that turns out well is given back.
 * @throws ProblemError `rate_limited`, once the refusal is recorded; `unavailable` when it cannot be decided or
 * recorded.
 */
export async function enforceLimit(deps: EnforceLimitDeps, attempt: LimitedAttempt): Promise<LimitReceipt> {
  const { limit, key } = attempt;
  const outcome = await deps.limits.consume({ limit, key });
  if (outcome.admitted) return outcome.receipt;
  throw await limitRefusal(deps, attempt, outcome.refusal);
}

/**
 * What an attempt that a limit refuses is answered, once that is recorded.
 *
 * @throws ProblemError `unavailable` when it cannot be recorded.
 */
export async function limitRefusal(
  deps: Pick<EnforceLimitDeps, 'audit' | 'clock'>,
  { from, account }: Pick<LimitedAttempt, 'from' | 'account'>,
  refusal: LimitRefusal,
): Promise<RateLimited> {
  const event = { type: 'request.rate_limited', nowMs: deps.clock(), from, reason: refusal.limit } as const;
  await deps.audit.record(account ? subjectRefusal(account, event) : strangerEvent(event));
  return new RateLimited(refusal);
}

import type { EventSubject } from '../../core/audit/auditEvent.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import type { LimitDecision, LimitReceipt } from '../../core/limits/limitDecision.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import { type EnforceLimitDeps, enforceLimit } from './enforceLimit.ts';

/**
 * What counts the guesses that are made in a session, at the password as at a second factor, whichever route they are
 * sent to: a streak that a success ends, and 30 days in which the owner's successes give a thief nothing.
 */
export function guessesInSession(session: { readonly sid: string }): readonly LimitDecision[] {
  return [limitFor('stepUpPerSession', session), limitFor('stepUpPerMonth', session)];
}

/**
 * Counts a guess by each of the limits, before it is looked at.
 *
 * @returns what a right one takes back.
 * @throws ProblemError `rate_limited`, once the refusal is recorded; `unavailable`.
 */
export async function countGuess(
  deps: EnforceLimitDeps,
  counted: readonly LimitDecision[],
  by: { readonly from: RequestSource; readonly account: EventSubject },
): Promise<readonly LimitReceipt[]> {
  const receipts: LimitReceipt[] = [];
  for (const decision of counted) receipts.push(await enforceLimit(deps, { ...decision, ...by }));
  return receipts;
}

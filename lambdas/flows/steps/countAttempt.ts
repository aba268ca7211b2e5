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
 * Counts an attempt by each of the limits, in order, before it is looked at.
 *
 * @returns what a right one takes back.
 * @throws ProblemError `rate_limited`, once the refusal is recorded; `unavailable`.
 */
export async function countAttempt(
  deps: EnforceLimitDeps,
  counted: readonly LimitDecision[],
  by: { readonly from: RequestSource; readonly account: EventSubject },
): Promise<readonly LimitReceipt[]> {
  const receipts: LimitReceipt[] = [];
  for (const decision of counted) receipts.push(await enforceLimit(deps, { ...decision, ...by }));
  return receipts;
}

/**
 * Counts an attempt on a known device by each of its limits, in order.
 *
 * @returns undefined once one of them has no room: a thief of the device's token may have used it up. The device is
 * then like any other, and a sign-in gives it an id that the thief does not have.
 * @throws ProblemError `unavailable`.
 */
export async function countOnDevice(
  { limits }: Pick<EnforceLimitDeps, 'limits'>,
  counted: readonly LimitDecision[],
): Promise<readonly LimitReceipt[] | undefined> {
  const receipts: LimitReceipt[] = [];
  for (const decision of counted) {
    const outcome = await limits.consume(decision);
    if (!outcome.admitted) return undefined;
    receipts.push(outcome.receipt);
  }
  return receipts;
}

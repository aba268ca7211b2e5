import type { Account } from '../../core/accounts/account.ts';
import type { Clock } from '../../core/common/clock.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import type { LimitCounter } from '../../core/limits/ports.ts';
import { noticeJob } from '../../core/mail/mailJob.ts';
import type { Notices } from '../../core/mail/ports.ts';

export interface WrongCodeDeps {
  readonly limits: LimitCounter;
  readonly notices: Notices;
  readonly clock: Clock;
}

/**
 * Tells an owner, once in a window, that somebody who knows the password or is signed in guesses codes: upon the wrong
 * code for which the limit has no room.
 *
 * @throws ProblemError `unavailable`.
 */
export async function tellOfWrongCode(deps: WrongCodeDeps, account: Account, from: RequestSource): Promise<void> {
  const untold = await deps.limits.consume(limitFor('wrongCodesPerAccount', account));
  if (untold.admitted) return;
  const { admitted } = await deps.limits.consume(limitFor('wrongCodeNoticesPerAccount', account));
  if (!admitted) return;
  const nowMs = deps.clock();
  await deps.notices.request({
    job: noticeJob({ template: 'wrong-codes', to: account.normalizedEmail, owner: account.sub, from, nowMs }),
    nowMs,
  });
}

import type { Account } from '../../core/accounts/account.ts';
import { accountEvent } from '../../core/audit/auditEvent.ts';
import { ProblemError } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import type { LimitDecision } from '../../core/limits/limitDecision.ts';
import type { LimitRefunds } from '../../core/limits/ports.ts';
import type { PasswordHasher } from '../../core/passwords/ports.ts';
import { countAttempt } from './countAttempt.ts';
import type { EnforceLimitDeps } from './enforceLimit.ts';

export interface CurrentPasswordDeps extends EnforceLimitDeps {
  readonly hasher: Pick<PasswordHasher, 'verify'>;
  readonly limitRefunds: LimitRefunds;
}

/**
 * Demands the account's password of somebody who is signed in, or holds a link of the account's. Only attempts that
 * fail stay counted.
 *
 * @throws ProblemError `invalid_credentials`, once the refusal is recorded; `rate_limited`; `unavailable`.
 */
export async function requireCurrentPassword(
  deps: CurrentPasswordDeps,
  account: Account,
  attempt: {
    /** Who brings it: a subject in a session, or whoever holds a link. */
    readonly by: 'subject' | 'stranger';
    readonly counted: readonly LimitDecision[];
    readonly password: string;
    readonly purpose: string;
    readonly from: RequestSource;
  },
): Promise<void> {
  const { by, counted, from } = attempt;
  const receipts = await countAttempt(deps, counted, { from, account });
  if (await deps.hasher.verify(account.passwordHash, attempt.password)) {
    await deps.limitRefunds.refund(receipts);
    return;
  }
  await deps.audit.record(
    accountEvent(account, { type: 'password.refused', nowMs: deps.clock(), from, by, reason: attempt.purpose }),
  );
  throw new ProblemError('invalid_credentials', { detail: 'The current password is wrong' });
}

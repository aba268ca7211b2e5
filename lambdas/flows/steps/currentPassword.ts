import type { Account } from '../../core/accounts/account.ts';
import { accountEvent } from '../../core/audit/auditEvent.ts';
import { ProblemError } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { limitFor } from '../../core/limits/limitSubjects.ts';
import type { LimitRefunds } from '../../core/limits/ports.ts';
import type { PasswordHasher } from '../../core/passwords/ports.ts';
import type { Principal } from '../../core/sessions/principal.ts';
import { type EnforceLimitDeps, enforceLimit } from './enforceLimit.ts';

export interface CurrentPasswordDeps extends EnforceLimitDeps {
  readonly hasher: Pick<PasswordHasher, 'verify'>;
  readonly limitRefunds: LimitRefunds;
}

/**
 * Demands the account's password of somebody who is signed in. Only attempts that fail stay counted.
 *
 * @throws ProblemError `invalid_credentials`, once the refusal is recorded; `rate_limited`; `unavailable`.
 */
export async function requireCurrentPassword(
  deps: CurrentPasswordDeps,
  account: Account,
  attempt: {
    readonly principal: Principal;
    readonly password: string;
    readonly purpose: string;
    readonly from: RequestSource;
  },
): Promise<void> {
  const { principal, from } = attempt;
  const receipt = await enforceLimit(deps, { ...limitFor('stepUpPerSession', principal), from, account });
  if (await deps.hasher.verify(account.passwordHash, attempt.password)) {
    await deps.limitRefunds.refund([receipt]);
    return;
  }
  await deps.audit.record(
    accountEvent(account, { type: 'password.refused', nowMs: deps.clock(), from, reason: attempt.purpose }),
  );
  throw new ProblemError('invalid_credentials', { detail: 'The current password is wrong' });
}

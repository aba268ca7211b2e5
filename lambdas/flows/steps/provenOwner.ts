import type { Account } from '../../core/accounts/account.ts';
import { epochSeconds } from '../../core/common/clock.ts';
import { ProblemError } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { provenByPasskey } from '../../core/sessions/authentication.ts';
import type { Principal } from '../../core/sessions/principal.ts';
import type { ActiveAccountDeps } from './activeAccount.ts';
import { guessesInSession } from './countAttempt.ts';
import { type CurrentPasswordDeps, requireCurrentPassword } from './currentPassword.ts';
import { ownAccountAfterStepUp } from './ownAccount.ts';

export interface ProvenOwnerDeps extends ActiveAccountDeps, CurrentPasswordDeps {}

/** What an owner brings to prove more than that an access token is at hand. */
export interface OwnerProof {
  readonly currentPassword: string | undefined;
  /** What it is for: a stable word for the audit log. */
  readonly purpose: string;
  readonly from: RequestSource;
}

/**
 * The account of a principal who proves to be its owner, and not only to hold an access token of it: by a sign-in or
 * step-up of just now, and by the current password, unless a passkey that verified its user made that sign-in. An
 * account with neither a password nor a passkey has no more to ask for than that sign-in.
 *
 * Before the address changes, a factor or its recovery codes come or go, or the account goes: each would outlive a
 * stolen token.
 *
 * @throws ProblemError `step_up_required` also when the password is missing; `invalid_credentials` when it is wrong;
 * `invalid_token`, `rate_limited`, `unavailable`.
 */
export async function provenOwner(deps: ProvenOwnerDeps, principal: Principal, proof: OwnerProof): Promise<Account> {
  const { currentPassword: password, purpose, from } = proof;
  const account = await ownAccountAfterStepUp(deps, principal, epochSeconds(deps.clock));
  const hasPassword = account.passwordHash !== undefined;
  if (hasPassword && password !== undefined) {
    const counted = guessesInSession(principal);
    await requireCurrentPassword(deps, account, { by: 'subject', counted, password, purpose, from });
    return account;
  }
  if (provenByPasskey(principal)) return account;
  // A kind of factor that only a later release knows may be as good as a passkey.
  if (!hasPassword && account.factorMethods.every((kind) => kind === 'totp')) return account;
  throw new ProblemError('step_up_required', {
    detail: `${hasPassword ? 'Send current_password, or step' : 'Step'} up with a passkey that verifies its user`,
    ...(hasPassword && { errors: [{ field: 'current_password', message: 'Send the current password' }] }),
  });
}

import { epochSeconds } from '../../core/common/clock.ts';
import { ProblemError } from '../../core/common/errors.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import type { Principal } from '../../core/sessions/principal.ts';
import { type CurrentPasswordDeps, requireCurrentPassword } from '../steps/currentPassword.ts';
import { ownAccountAfterStepUp } from '../steps/ownAccount.ts';
import { type EraseAccountDeps, eraseAccount } from './eraseAccount.ts';

export interface DeleteOwnAccountDeps extends CurrentPasswordDeps, EraseAccountDeps {}

/**
 * Erases the account of a subject who signed in just now and, where it has one, knows its password.
 *
 * @throws ProblemError `step_up_required`, `invalid_request` when the password is missing, `invalid_credentials`,
 * `rate_limited`, `invalid_token`, `unavailable`.
 */
export async function deleteOwnAccount(
  deps: DeleteOwnAccountDeps,
  principal: Principal,
  request: { readonly currentPassword: string | undefined; readonly from: RequestSource },
): Promise<void> {
  const { currentPassword: password, from } = request;
  const account = await ownAccountAfterStepUp(deps, principal, epochSeconds(deps.clock));
  if (account.passwordHash !== undefined) {
    if (password === undefined) {
      throw new ProblemError('invalid_request', {
        errors: [{ field: 'current_password', message: 'Send the current password' }],
      });
    }
    await requireCurrentPassword(deps, account, { principal, password, purpose: 'account_deletion', from });
  }
  await eraseAccount(deps, account, { actor: { type: 'subject', id: account.sub }, from });
}

import type { RequestSource } from '../../core/common/requestSource.ts';
import type { Principal } from '../../core/sessions/principal.ts';
import { type ProvenOwnerDeps, provenOwner } from '../steps/provenOwner.ts';
import { type EraseAccountDeps, eraseAccount } from './eraseAccount.ts';

export interface DeleteOwnAccountDeps extends ProvenOwnerDeps, EraseAccountDeps {}

/**
 * Erases the account of a subject who proves to be its owner.
 *
 * @throws ProblemError `step_up_required`, `invalid_credentials`, `rate_limited`, `invalid_token`, `unavailable`.
 */
export async function deleteOwnAccount(
  deps: DeleteOwnAccountDeps,
  principal: Principal,
  request: { readonly currentPassword: string | undefined; readonly from: RequestSource },
): Promise<void> {
  const account = await provenOwner(deps, principal, { ...request, purpose: 'account_deletion' });
  const { from } = request;
  await eraseAccount(deps, account, { actor: { type: 'subject', id: account.sub }, sid: principal.sid, from });
}

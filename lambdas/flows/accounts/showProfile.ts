import type { AnswerOf } from '../../contract/routes.ts';
import type { Accounts } from '../../core/accounts/ports.ts';
import type { Principal } from '../../core/sessions/principal.ts';
import { activeAccount } from '../steps/activeAccount.ts';

/**
 * The subject behind an access token, with the roles of now and the authentication of then.
 *
 * @throws ProblemError `invalid_token` when the account is gone or disabled, or its sessions have ended: the token is dead
 * within the revocation bound anyway.
 */
export async function showProfile(
  deps: { readonly accounts: Pick<Accounts, 'find'> },
  principal: Principal,
): Promise<AnswerOf<'me'>> {
  const account = await activeAccount(deps, principal);
  return {
    sub: account.sub,
    email: account.email,
    email_verified: account.emailVerified,
    tenant_id: account.tenantId,
    roles: [...account.roles],
    amr: [...principal.amr],
    acr: principal.acr,
    auth_time: principal.authTime,
  };
}

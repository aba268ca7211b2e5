import type { Account } from '../../core/accounts/account.ts';
import type { Accounts } from '../../core/accounts/ports.ts';
import type { Principal } from '../../core/sessions/principal.ts';
import { activeAccount } from '../steps/activeAccount.ts';

export interface ShowProfileDeps {
  readonly accounts: Pick<Accounts, 'find'>;
}

export interface Profile {
  /** As it is now. */
  readonly account: Account;
  /** As it was at the sign-in, or the last step-up. */
  readonly authentication: Pick<Principal, 'amr' | 'acr' | 'authTime'>;
}

/**
 * The profile of a principal: the account's present roles, and the authentication of the sign-in.
 *
 * @throws ProblemError `invalid_token` when the account is gone or disabled, or its sessions have ended: the token is
 * dead within the revocation bound anyway.
 */
export async function showProfile(deps: ShowProfileDeps, principal: Principal): Promise<Profile> {
  return { account: await activeAccount(deps, principal), authentication: principal };
}

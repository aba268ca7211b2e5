import type { Account } from '../core/account.ts';
import { ProblemError } from '../core/errors.ts';

export interface ActiveAccountDeps {
  readonly accounts: { find(sub: string): Promise<Account | undefined> };
}

/**
 * The account of a principal, as it is now.
 *
 * @throws ProblemError `invalid_token` when it is gone or disabled: the token is dead within the revocation bound anyway.
 */
export async function activeAccount(deps: ActiveAccountDeps, { sub }: { readonly sub: string }): Promise<Account> {
  const account = await deps.accounts.find(sub);
  if (account?.status !== 'active') throw new ProblemError('invalid_token');
  return account;
}

import type { Account } from '../../core/accounts/account.ts';
import type { Accounts } from '../../core/accounts/ports.ts';
import { ProblemError } from '../../core/common/errors.ts';
import type { Principal } from '../../core/sessions/principal.ts';
import { sessionEpochOf } from '../../core/sessions/session.ts';

export interface ActiveAccountDeps {
  readonly accounts: Pick<Accounts, 'find'>;
}

/**
 * Reads the account of a principal.
 *
 * @throws ProblemError `invalid_token` when it is gone or disabled, or when the principal's session ended with all of
 * the account's. The token is dead within the revocation bound; the check keeps whoever a reset has shut out from
 * changing anything until then.
 */
export async function activeAccount(
  deps: ActiveAccountDeps,
  { sub, sid }: Pick<Principal, 'sub' | 'sid'>,
): Promise<Account> {
  const account = await deps.accounts.find(sub);
  if (account?.status !== 'active' || sessionEpochOf(sid) !== account.sessionEpoch) {
    throw new ProblemError('invalid_token');
  }
  return account;
}

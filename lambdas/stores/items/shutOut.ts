import { tokenCutAt } from '../../core/accounts/account.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import type { TransactItem } from '../dynamo/transaction.ts';
import { type AccountChange, accountUpdate } from './accountWrites.ts';
import { type RevocationLifetime, revocationPut } from './revocationItems.ts';

/** Whose tokens are refused, from when on, and for how long that is remembered. */
interface Cut {
  readonly sub: string;
  readonly nowMs: number;
  readonly lifetime: RevocationLifetime;
}

/**
 * Shuts everybody out of an account: raises its session epoch, which ends all its sessions, and revokes the access
 * tokens issued until now.
 *
 * @param change what the same update sets besides, and the conditions of all of it
 */
export function shutOut(
  tables: Pick<TableNames, 'accounts' | 'revocations'>,
  cut: Cut,
  change: Pick<AccountChange, 'set' | 'onlyWhile'>,
): TransactItem[] {
  const set = { ...change.set, token_cut: tokenCutAt(Math.floor(cut.nowMs / 1000)) };
  return [
    accountUpdate(tables.accounts, cut.sub, { ...change, set, raise: ['session_epoch'] }),
    tokensCut(tables.revocations, cut),
  ];
}

/** Revokes the access tokens that a subject was issued until now. */
export function tokensCut(table: string, { sub, nowMs, lifetime }: Cut): TransactItem {
  const issuedAtOrBefore = tokenCutAt(Math.floor(nowMs / 1000));
  return revocationPut(table, { entry: { kind: 'sub', value: sub, issuedAtOrBefore }, nowMs, lifetime });
}

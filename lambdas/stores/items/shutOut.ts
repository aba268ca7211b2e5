import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Account, afterShutOut } from '../../core/accounts/account.ts';
import { unavailable } from '../../core/common/errors.ts';
import { budgets, untilDone } from '../../core/common/untilDone.ts';
import { readItem } from '../dynamo/reads.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { type TransactItem, transact } from '../dynamo/transaction.ts';
import { accountFromItem, accountKey } from './accountItems.ts';
import { type AccountChange, accountIsNotShutOutSince, accountUpdate } from './accountWrites.ts';
import { type RevocationLifetime, revocationPut } from './revocationItems.ts';

/** Whose tokens are refused, from when on, and for how long that is remembered. */
interface ShutOut {
  readonly sub: string;
  readonly nowMs: number;
  readonly lifetime: RevocationLifetime;
}

type AccountState = Pick<Account, 'sub' | 'sessionEpoch' | 'tokenCut'>;

/**
 * Shuts everybody out of an account, in one transaction: raises its session epoch, which ends all its sessions, and
 * revokes the access tokens issued until now. Epoch and cut move forward from those that were read, or not at all, so
 * that two writers cannot undo each other, whatever their clocks say.
 *
 * @param change what the same update sets besides, and the conditions of all of it
 * @param others what else is written with it
 * @returns false, with nothing written, when there is no such account or a condition does not hold.
 * @throws ProblemError `unavailable`.
 */
export async function shutOut(
  client: DynamoDBDocumentClient,
  tables: Pick<TableNames, 'accounts' | 'revocations'>,
  { sub, nowMs, lifetime }: ShutOut,
  change: Pick<AccountChange, 'set' | 'onlyWhile'>,
  others: readonly TransactItem[],
): Promise<boolean> {
  let item = await readItem(client, { table: tables.accounts, key: { pk: accountKey(sub) } });
  const done = await untilDone(budgets.transaction, async () => {
    if (!item) return false;
    const account = accountFromItem(item);
    const { sessionEpoch, tokenCut } = afterShutOut(account, Math.floor(nowMs / 1000));
    const update = accountUpdate(tables.accounts, sub, {
      set: { ...change.set, session_epoch: sessionEpoch, token_cut: tokenCut },
      onlyWhile: [...change.onlyWhile, accountIsNotShutOutSince(account)],
    });
    const cut = allTokensCut(tables.revocations, { account, nowMs, lifetime });
    const outcome = await transact(client, [update, cut, ...others]);
    if (outcome.committed) return true;
    item = outcome.failed.find(({ index }) => index === 0)?.item;
    const found = item && accountFromItem(item);
    if (found?.sessionEpoch === account.sessionEpoch && found.tokenCut === account.tokenCut) return false;
    return undefined;
  });
  if (done === undefined) throw unavailable(new Error('the account was shut out by others again and again'));
  return done;
}

/**
 * Revokes the access tokens of an account's sessions up to its present epoch. The cut by time says the same to an
 * authorizer of the release before, which does not know epochs.
 */
export function allTokensCut(
  table: string,
  cut: { readonly account: AccountState; readonly nowMs: number; readonly lifetime: RevocationLifetime },
): TransactItem {
  const { account, nowMs, lifetime } = cut;
  const { sessionEpoch: epochBelow, tokenCut: issuedAtOrBefore } = afterShutOut(account, Math.floor(nowMs / 1000));
  const entry = { kind: 'sub', value: account.sub, issuedAtOrBefore, epochBelow } as const;
  return revocationPut(table, { entry, nowMs, lifetime });
}

import { onlyWhile } from '../dynamo/expressions.ts';
import type { TransactItem } from '../dynamo/transaction.ts';
import { pendingKey } from './accountItems.ts';
import { tokenIsGood } from './mailedGrantItems.ts';

/** Uses a pending registration up, on condition that the token is the newest one and has not expired. */
export function pendingUse(
  table: string,
  pending: { readonly pendingId: string; readonly tokenHash: string; readonly now: number },
): TransactItem {
  return {
    Delete: { TableName: table, Key: { pk: pendingKey(pending.pendingId) }, ...onlyWhile([tokenIsGood(pending)]) },
  };
}

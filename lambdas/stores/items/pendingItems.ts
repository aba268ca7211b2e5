import { onlyWhile } from '../dynamo/expressions.ts';
import type { TransactItem } from '../dynamo/transaction.ts';
import { pendingKey } from './accountItems.ts';
import { tokenIsGood } from './mailedGrantItems.ts';

/** The put of a registration that waits for its mailed token, which replaces an earlier one. */
export function pendingPut(
  table: string,
  pending: { readonly pendingId: string; readonly tokenHash: string; readonly expiresAt: number },
): TransactItem {
  const { tokenHash, expiresAt } = pending;
  return {
    Put: {
      TableName: table,
      Item: {
        pk: pendingKey(pending.pendingId),
        schema_version: 1,
        token_hash: tokenHash,
        expires_at: expiresAt,
        ttl: expiresAt,
      },
    },
  };
}

/** Uses a pending registration up, on condition that the token is the newest one and has not expired. */
export function pendingUse(
  table: string,
  pending: { readonly pendingId: string; readonly tokenHash: string; readonly now: number },
): TransactItem {
  return {
    Delete: { TableName: table, Key: { pk: pendingKey(pending.pendingId) }, ...onlyWhile([tokenIsGood(pending)]) },
  };
}

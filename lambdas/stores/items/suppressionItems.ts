import * as z from 'zod/mini';
import type { Suppression } from '../../core/mail/mailSuppression.ts';
import { oneOf, parseItem, schemaVersion } from '../dynamo/parseItem.ts';
import type { TransactItem } from '../dynamo/transaction.ts';

export const suppressionKey = (addressHash: string) => ({ address_hash: addressHash });

const itemSchema = z.object({
  address_hash: z.string(),
  schema_version: schemaVersion,
  reason: oneOf('suppression reason', ['bounce', 'complaint', 'unknown'], 'unknown'),
  at: z.int(),
});

/** @throws ProblemError `unavailable` for an item of another version. */
export function suppressionFromItem(raw: unknown): Suppression {
  const { address_hash: addressHash, reason, at } = parseItem('suppression', itemSchema, raw);
  return { addressHash, reason, at };
}

/** The put of a suppression, on condition that there is none of the address yet. */
export function suppressionPut(table: string, { addressHash, reason, at }: Suppression): TransactItem {
  return {
    Put: {
      TableName: table,
      Item: { ...suppressionKey(addressHash), schema_version: 1, reason, at },
      ConditionExpression: 'attribute_not_exists(address_hash)',
    },
  };
}

/** The delete of a suppression, on condition that there is one. */
export function suppressionDelete(table: string, addressHash: string): TransactItem {
  return {
    Delete: {
      TableName: table,
      Key: suppressionKey(addressHash),
      ConditionExpression: 'attribute_exists(address_hash)',
    },
  };
}

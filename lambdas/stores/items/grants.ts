import type { TransactItem } from '../dynamo/transaction.ts';
import { grantKey } from './grantKeys.ts';

/** Something that is good for one use, and known by its MAC: nothing is stored of it until it is used. */
export interface SingleUse {
  readonly kind: 'mfa' | 'webauthn';
  readonly id: string;
  /** Epoch seconds, after which it is refused anyway. */
  readonly expiresAt: number;
}

/** How much longer a use is remembered than it is needed, for clocks that differ. */
export const grantSkewSeconds = 60;

/** Uses it up, to be part of the transaction that the use empowers; it does not hold a second time. */
export function singleUse(table: string, used: SingleUse): TransactItem {
  return {
    Update: {
      TableName: table,
      Key: { pk: grantKey(used.kind, used.id) },
      UpdateExpression: 'SET schema_version = :one, spent = :true, #ttl = :ttl',
      ConditionExpression: 'attribute_not_exists(spent)',
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: { ':one': 1, ':true': true, ':ttl': used.expiresAt + grantSkewSeconds },
    },
  };
}

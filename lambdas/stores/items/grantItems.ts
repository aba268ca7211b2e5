import type { SingleUse } from '../../core/factors/factorUse.ts';
import type { TransactItem } from '../dynamo/transaction.ts';

/** The kinds of items in the Grants table. A key begins with its kind, and no kind is the beginning of another. */
export type GrantKind = 'mfa' | 'webauthn' | 'reset' | 'email-change' | 'totp-enrolment' | 'erasure';

export const grantKey = (kind: GrantKind, id: string) => `${kind}#${id}`;

/** A use is remembered for this much longer than needed, because clocks differ. */
export const grantSkewSeconds = 60;

/** Uses something up, as a part of the transaction that the use allows. A second use fails the condition. */
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

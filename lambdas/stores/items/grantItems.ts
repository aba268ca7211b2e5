import type { SingleUse } from '../../core/factors/factorUse.ts';
import type { TransactItem } from '../dynamo/transaction.ts';

/** Every kind of thing in the Grants table. The key of one begins with its kind, which no other begins with. */
export type GrantKind = 'mfa' | 'webauthn' | 'reset' | 'email-change' | 'totp-enrolment' | 'erasure';

export const grantKey = (kind: GrantKind, id: string) => `${kind}#${id}`;

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

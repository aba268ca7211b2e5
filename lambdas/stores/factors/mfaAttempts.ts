import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { throwUnavailable } from '../../core/common/errors.ts';
import type { MfaAttempts } from '../../core/factors/ports.ts';
import { countOnce } from '../dynamo/writes.ts';
import { grantKey, grantSkewSeconds } from '../items/grantItems.ts';

export function createMfaAttempts(deps: { client: DynamoDBDocumentClient; table: string }): MfaAttempts {
  return {
    async count({ id, expiresAt }, max) {
      const { counted } = await countOnce(deps.client, {
        TableName: deps.table,
        Key: { pk: grantKey('mfa', id) },
        UpdateExpression: 'SET schema_version = :one, #ttl = :ttl ADD attempts :one',
        ConditionExpression: 'attribute_not_exists(spent) AND (attribute_not_exists(attempts) OR attempts < :max)',
        ExpressionAttributeNames: { '#ttl': 'ttl' },
        ExpressionAttributeValues: { ':one': 1, ':max': max, ':ttl': expiresAt + grantSkewSeconds },
      }).catch(throwUnavailable);
      return counted;
    },
  };
}

import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unavailable } from '../../core/common/errors.ts';
import { grantKey, grantSkewSeconds } from '../items/grantItems.ts';

export interface MfaAttempts {
  /**
   * Counts an attempt with an `mfa_token`, before it is looked at, in one conditional write.
   *
   * @returns false when the token is used up, by a sign-in or by attempts.
   * @throws ProblemError `unavailable`: an attempt that cannot be counted is none.
   */
  count(token: { readonly id: string; readonly expiresAt: number }, max: number): Promise<boolean>;
}

export function createMfaAttempts(deps: { client: DynamoDBDocumentClient; table: string }): MfaAttempts {
  return {
    async count({ id, expiresAt }, max) {
      try {
        await deps.client.send(
          new UpdateCommand({
            TableName: deps.table,
            Key: { pk: grantKey('mfa', id) },
            UpdateExpression: 'SET schema_version = :one, #ttl = :ttl ADD attempts :one',
            ConditionExpression: 'attribute_not_exists(spent) AND (attribute_not_exists(attempts) OR attempts < :max)',
            ExpressionAttributeNames: { '#ttl': 'ttl' },
            ExpressionAttributeValues: { ':one': 1, ':max': max, ':ttl': expiresAt + grantSkewSeconds },
          }),
        );
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw unavailable(error);
      }
    },
  };
}

import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { MailRetries } from '../../core/mail/ports.ts';
import { updateItem } from '../dynamo/writes.ts';
import { dueMailJobOf, dueProjection } from '../items/mailOutboxItems.ts';

export function createMailRetries({ client, table }: { client: DynamoDBDocumentClient; table: string }): MailRetries {
  return {
    async *due(nowSeconds) {
      const pages = paginateScan(
        { client },
        {
          TableName: table,
          ConsistentRead: true,
          FilterExpression: 'attribute_not_exists(retry_at) OR retry_at <= :now',
          ProjectionExpression: dueProjection,
          ExpressionAttributeValues: { ':now': nowSeconds },
        },
      );
      for await (const { Items = [] } of pages) yield Items.map(dueMailJobOf);
    },
    async takeUp({ jobId, retries, retryAt: read }, retryAt) {
      try {
        await updateItem(client, {
          TableName: table,
          Key: { job_id: jobId },
          UpdateExpression: 'SET retry_at = :next, retries = :retries',
          ConditionExpression:
            read === undefined ? 'attribute_exists(job_id) AND attribute_not_exists(retry_at)' : 'retry_at = :read',
          ExpressionAttributeValues: {
            ':next': retryAt,
            ':retries': retries + 1,
            ...(read !== undefined && { ':read': read }),
          },
        });
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}

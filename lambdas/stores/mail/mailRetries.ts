import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { MailRetries } from '../../core/mail/ports.ts';
import { dueItems } from '../dynamo/sweepIndex.ts';
import { updateItem } from '../dynamo/writes.ts';
import { dueMailJobOf } from '../items/mailOutboxItems.ts';

export function createMailRetries({ client, table }: { client: DynamoDBDocumentClient; table: string }): MailRetries {
  return {
    async *due(nowSeconds) {
      for await (const items of dueItems(client, { of: 'MailOutbox', table, dueBy: nowSeconds })) {
        yield items.map(dueMailJobOf);
      }
    },
    async takeUp({ jobId, retries, retryAt: read }, retryAt) {
      try {
        await updateItem(client, {
          TableName: table,
          Key: { job_id: jobId },
          UpdateExpression: 'SET retry_at = :next, retries = :retries',
          ConditionExpression: 'retry_at = :read',
          ExpressionAttributeValues: { ':next': retryAt, ':retries': retries + 1, ':read': read },
        });
        return true;
      } catch (error) {
        if (error instanceof ConditionalCheckFailedException) return false;
        throw error;
      }
    },
  };
}

import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { MailOutbox } from '../../core/mail/ports.ts';
import { deleteItem } from '../dynamo/writes.ts';
import { outboxJobOf } from '../items/mailOutboxItems.ts';

export function createMailOutbox({ client, table }: { client: DynamoDBDocumentClient; table: string }): MailOutbox {
  return {
    async read(jobId) {
      const key = { TableName: table, Key: { job_id: jobId }, ConsistentRead: true };
      const { Item } = await client.send(new GetCommand(key));
      return Item ? (outboxJobOf(Item) ?? 'unreadable') : 'gone';
    },
    async remove(jobId) {
      await deleteItem(client, { TableName: table, Key: { job_id: jobId } });
    },
  };
}

import { DeleteCommand, type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { MailJob } from '../../core/mail/mailJob.ts';
import { mailJobOf } from '../items/mailOutboxItems.ts';

export interface MailOutbox {
  /**
   * The job of that name; consistent.
   *
   * @returns `gone` when there is none (any more), `unreadable` for an item that this release does not understand.
   */
  read(jobId: string): Promise<MailJob | 'gone' | 'unreadable'>;
  /** Deletes a job; one that is gone already is no error. */
  remove(jobId: string): Promise<void>;
}

export function createMailOutbox({ client, table }: { client: DynamoDBDocumentClient; table: string }): MailOutbox {
  return {
    async read(jobId) {
      const key = { TableName: table, Key: { job_id: jobId }, ConsistentRead: true };
      const { Item } = await client.send(new GetCommand(key));
      return Item ? (mailJobOf(Item) ?? 'unreadable') : 'gone';
    },
    async remove(jobId) {
      await client.send(new DeleteCommand({ TableName: table, Key: { job_id: jobId } }));
    },
  };
}

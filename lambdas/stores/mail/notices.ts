import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Notices } from '../../core/mail/ports.ts';
import { transact } from '../dynamo/transaction.ts';
import { mailJobPut } from '../items/mailOutboxItems.ts';

export function createNotices({ client, table }: { client: DynamoDBDocumentClient; table: string }): Notices {
  return {
    async request(notice) {
      await transact(client, [mailJobPut(table, notice)]);
    },
  };
}

import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { EmailHints } from '../../core/sessions/ports.ts';
import { updateItem } from '../dynamo/writes.ts';
import { emailCredentialsMended } from '../items/emailItems.ts';

export function createEmailHints({ client, table }: { client: DynamoDBDocumentClient; table: string }): EmailHints {
  return {
    async mend(account, read) {
      await updateItem(client, emailCredentialsMended(table, account, read)).catch(() => undefined);
    },
  };
}

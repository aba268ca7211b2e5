import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { PasswordHashes } from '../../core/passwords/ports.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { transact } from '../dynamo/transaction.ts';
import { accountKey } from '../items/accountItems.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';

export function createPasswordHashes(deps: {
  client: DynamoDBDocumentClient;
  tables: Pick<TableNames, 'accounts' | 'auditOutbox'>;
}): PasswordHashes {
  const { client, tables } = deps;
  return {
    async replace({ sub, from, to, event }) {
      const outcome = await transact(client, [
        {
          Update: {
            TableName: tables.accounts,
            Key: { pk: accountKey(sub) },
            UpdateExpression: 'SET password_hash = :to',
            ConditionExpression: 'password_hash = :from',
            ExpressionAttributeValues: { ':from': from, ':to': to },
          },
        },
        auditEventPut(tables.auditOutbox, event),
      ]);
      return outcome.committed;
    },
  };
}

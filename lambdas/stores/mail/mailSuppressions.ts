import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { MacKeys } from '../../core/keys/ports.ts';
import { suppressionHash } from '../../core/mail/mailSuppression.ts';
import type { MailSuppressions, SuppressionRecorder } from '../../core/mail/ports.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { commit } from '../dynamo/transaction.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { suppressionKey, suppressionPut } from '../items/suppressionItems.ts';

export function createMailSuppressions(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
  readonly keys: Pick<MacKeys, 'all'>;
}): MailSuppressions {
  const { client, table, keys } = deps;
  return {
    async has(email) {
      const hashes = (await keys.all()).map((key) => suppressionHash(email, key));
      const found = await Promise.all(
        hashes.map((hash) =>
          client.send(new GetCommand({ TableName: table, Key: suppressionKey(hash), ConsistentRead: true })),
        ),
      );
      return found.some(({ Item }) => Item !== undefined);
    },
  };
}

export function createSuppressionRecorder(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'mailSuppressions' | 'auditOutbox'>;
}): SuppressionRecorder {
  const { client, tables } = deps;
  return {
    suppress: ({ suppression, event }) =>
      commit(client, [suppressionPut(tables.mailSuppressions, suppression), auditEventPut(tables.auditOutbox, event)]),
  };
}

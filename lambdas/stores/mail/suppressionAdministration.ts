import { type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { SuppressionAdministration } from '../../core/mail/ports.ts';
import { itemsOf, readItem } from '../dynamo/reads.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { commit } from '../dynamo/transaction.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { suppressionDelete, suppressionFromItem, suppressionKey } from '../items/suppressionItems.ts';

export function createSuppressionAdministration(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'mailSuppressions' | 'auditOutbox'>;
}): SuppressionAdministration {
  const { client, tables } = deps;
  return {
    async *list() {
      const pages = paginateScan({ client }, { TableName: tables.mailSuppressions });
      for await (const item of itemsOf(pages)) yield suppressionFromItem(item);
    },
    async find(addressHash) {
      const item = await readItem(client, { table: tables.mailSuppressions, key: suppressionKey(addressHash) });
      return item && suppressionFromItem(item);
    },
    remove: ({ addressHash, event }) =>
      commit(client, [
        suppressionDelete(tables.mailSuppressions, addressHash),
        auditEventPut(tables.auditOutbox, event),
      ]),
  };
}

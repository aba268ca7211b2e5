import { type DynamoDBDocumentClient, GetCommand, paginateScan } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { throwUnavailable, unavailable } from '../../core/common/errors.ts';
import type { Suppression } from '../../core/mail/mailSuppression.ts';
import type { SuppressionAdministration } from '../../core/mail/ports.ts';
import { parseItem } from '../dynamo/parseItem.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { transact } from '../dynamo/transaction.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';

const itemSchema = z.object({
  address_hash: z.string(),
  schema_version: z.literal(1),
  reason: z.enum(['bounce', 'complaint']),
  at: z.int(),
});

function suppressionFromItem(raw: unknown): Suppression {
  const { address_hash: addressHash, reason, at } = parseItem(itemSchema, raw);
  return { addressHash, reason, at };
}

export function createSuppressionAdministration(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'mailSuppressions' | 'auditOutbox'>;
}): SuppressionAdministration {
  const { client, tables } = deps;
  return {
    async *list() {
      try {
        for await (const page of paginateScan({ client }, { TableName: tables.mailSuppressions })) {
          for (const item of page.Items ?? []) yield suppressionFromItem(item);
        }
      } catch (error) {
        throw unavailable(error);
      }
    },
    async find(addressHash) {
      const key = { TableName: tables.mailSuppressions, Key: { address_hash: addressHash }, ConsistentRead: true };
      const { Item } = await client.send(new GetCommand(key)).catch(throwUnavailable);
      return Item && suppressionFromItem(Item);
    },
    async remove({ addressHash, event }) {
      const outcome = await transact(client, [
        {
          Delete: {
            TableName: tables.mailSuppressions,
            Key: { address_hash: addressHash },
            ConditionExpression: 'attribute_exists(address_hash)',
          },
        },
        auditEventPut(tables.auditOutbox, event),
      ]);
      return outcome.committed;
    },
  };
}

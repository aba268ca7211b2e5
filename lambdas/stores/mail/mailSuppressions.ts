import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { MacKey } from '../../core/keys/macKeyRing.ts';
import { type Suppression, suppressionHash } from '../../core/mail/mailSuppression.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { transact } from '../dynamo/transaction.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';

export interface MailSuppressions {
  /**
   * Whether mail must not go to a normalised address, whichever key of the ring it was suppressed under; consistent.
   *
   * @throws when the table or the ring cannot be read.
   */
  has(email: string): Promise<boolean>;
}

export function createMailSuppressions(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
  readonly keys: { all(): Promise<readonly MacKey[]> };
}): MailSuppressions {
  const { client, table, keys } = deps;
  return {
    async has(email) {
      const hashes = (await keys.all()).map((key) => suppressionHash(email, key));
      const found = await Promise.all(
        hashes.map((hash) =>
          client.send(new GetCommand({ TableName: table, Key: { address_hash: hash }, ConsistentRead: true })),
        ),
      );
      return found.some(({ Item }) => Item !== undefined);
    },
  };
}

export interface SuppressionRecorder {
  /**
   * Suppresses an address and records it, in one transaction.
   *
   * @returns false, with nothing written, when it is suppressed already.
   */
  suppress(input: { readonly suppression: Suppression; readonly event: AuditEvent }): Promise<boolean>;
}

export function createSuppressionRecorder(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'mailSuppressions' | 'auditOutbox'>;
}): SuppressionRecorder {
  const { client, tables } = deps;
  return {
    async suppress({ suppression, event }) {
      const outcome = await transact(client, [
        {
          Put: {
            TableName: tables.mailSuppressions,
            Item: {
              address_hash: suppression.addressHash,
              schema_version: 1,
              reason: suppression.reason,
              at: suppression.at,
            },
            ConditionExpression: 'attribute_not_exists(address_hash)',
          },
        },
        auditEventPut(tables.auditOutbox, event),
      ]);
      return outcome.committed;
    },
  };
}

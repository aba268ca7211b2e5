import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { KeyPublisher } from '../../core/keys/ports.ts';
import type { PublishedKeySet } from '../../core/keys/publishedKeySet.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { type TransactItem, transact } from '../dynamo/transaction.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { revocationPut } from '../items/revocationItems.ts';
import { createPublishedKeys, toItem } from './publishedKeys.ts';

export interface RevocationTarget {
  readonly table: string;
  readonly accessTokenTtlSeconds: number;
  readonly clockLeewaySeconds: number;
}

export function createKeyPublisher(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'publishedKeys' | 'auditOutbox'>;
  /** Absent for a publisher that never revokes a key. */
  readonly revocations?: RevocationTarget;
}): KeyPublisher {
  const { client, tables, revocations } = deps;
  return {
    find: createPublishedKeys({ client, table: tables.publishedKeys }).find,
    async publish({ set, nowMs, event, revokedKids = [] }) {
      const outcome = await transact(client, [
        setPut(tables.publishedKeys, set, nowMs),
        ...(event ? [auditEventPut(tables.auditOutbox, event)] : []),
        ...revokedKids.map((kid) => kidRevocation(kid, nowMs, revocations)),
      ]);
      return outcome.committed;
    },
  };
}

function setPut(table: string, set: PublishedKeySet, nowMs: number): TransactItem {
  const condition =
    set.version === 1
      ? { ConditionExpression: 'attribute_not_exists(#name)', ExpressionAttributeNames: { '#name': 'name' } }
      : {
          ConditionExpression: '#version = :expected',
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':expected': set.version - 1 },
        };
  return { Put: { TableName: table, Item: toItem(set, Math.floor(nowMs / 1000)), ...condition } };
}

function kidRevocation(kid: string, nowMs: number, target: RevocationTarget | undefined): TransactItem {
  if (!target) throw new Error('keys were put out of use, and there is no revocation list to say so');
  return revocationPut({ ...target, entry: { kind: 'kid', value: kid }, nowMs });
}

import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { OutboxItem } from '../../core/audit/outboxItem.ts';
import type { AuditOutboxReader } from '../../core/audit/ports.ts';
import type { Clock } from '../../core/common/clock.ts';
import { chunks, deleteAll, readAll } from '../dynamo/batches.ts';
import { updateItem } from '../dynamo/writes.ts';
import { ordinaryHoldSeconds } from '../items/auditOutboxItems.ts';

/** Events that are held at a time. */
const writeSize = 25;
const uuid = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/;

/** @throws what the SDK throws: the caller ships again later. */
export function createAuditOutboxReader(deps: {
  client: DynamoDBDocumentClient;
  table: string;
  clock: Clock;
}): AuditOutboxReader {
  const { client, table, clock } = deps;

  const hold = async ({ key, item }: OutboxItem) => {
    const seconds = typeof item['hold_seconds'] === 'number' ? item['hold_seconds'] : ordinaryHoldSeconds;
    await updateItem(client, {
      TableName: table,
      Key: { event_id: key },
      UpdateExpression: 'SET held_until = :until REMOVE #event',
      ConditionExpression: 'attribute_exists(event_id)',
      ExpressionAttributeNames: { '#event': 'event' },
      ExpressionAttributeValues: { ':until': clock() + seconds * 1000 },
    }).catch(ignoreMissing);
  };

  const forget = (keys: readonly string[]) =>
    deleteAll(client, { table, keys: keys.map((key) => ({ event_id: key })) });

  return {
    forget,
    async fetch(keys) {
      const items = await readAll(client, { table, keys: keys.map((key) => ({ event_id: key })) });
      const found = new Map<string, OutboxItem>();
      for (const item of items) {
        if (item['held_until'] === undefined) found.set(item['event_id'], { key: item['event_id'], item });
      }
      return keys.flatMap((key) => found.get(key) ?? []);
    },
    async settle(items) {
      const held = items.filter(({ key, item }) => item['hold_seconds'] !== undefined || !uuid.test(key));
      for (const some of chunks(held, writeSize)) await Promise.all(some.map(hold));
      await forget(items.filter((item) => !held.includes(item)).map(({ key }) => key));
    },
    async *scan({ overdueSeconds }) {
      const now = clock();
      let from: Record<string, unknown> | undefined;
      do {
        const page = await client.send(
          new ScanCommand({
            TableName: table,
            ConsistentRead: true,
            ExclusiveStartKey: from,
            // NOT (… BETWEEN …) also holds where `at` is missing, of another type, or nonsense.
            FilterExpression:
              'held_until < :now OR (attribute_not_exists(held_until) AND NOT (#at BETWEEN :cutoff AND :horizon))',
            ProjectionExpression: 'event_id, #at, held_until',
            ExpressionAttributeNames: { '#at': 'at' },
            ExpressionAttributeValues: {
              ':now': now,
              ':cutoff': new Date(now - overdueSeconds * 1000).toISOString(),
              ':horizon': new Date(now + 3_600_000).toISOString(),
            },
          }),
        );
        const items = (page.Items ?? []).toSorted((a, b) => compare(String(a['at']), String(b['at'])));
        const keys = (held: boolean) =>
          items.filter((item) => (item['held_until'] !== undefined) === held).map((item) => String(item['event_id']));
        yield { overdue: keys(false), expired: keys(true) };
        from = page.LastEvaluatedKey;
      } while (from);
    },
  };
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof ConditionalCheckFailedException)) throw error;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

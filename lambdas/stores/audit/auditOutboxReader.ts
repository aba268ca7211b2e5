import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { OutboxItem } from '../../core/audit/outboxItem.ts';
import type { AuditOutboxReader } from '../../core/audit/ports.ts';
import type { Clock } from '../../core/common/clock.ts';
import { sweepIndex } from '../../manifest/tables.ts';
import { chunks, deleteAll, readAll } from '../dynamo/batches.ts';
import { dueItems } from '../dynamo/sweepIndex.ts';
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
    const until = clock() + seconds * 1000;
    await updateItem(client, {
      TableName: table,
      Key: { event_id: key },
      UpdateExpression: 'SET held_until = :until, #ttl = :ttl REMOVE #event, #shard, sweep_at',
      ConditionExpression: 'attribute_exists(event_id)',
      ExpressionAttributeNames: { '#event': 'event', '#ttl': 'ttl', '#shard': sweepIndex.shard },
      ExpressionAttributeValues: { ':until': until, ':ttl': Math.ceil(until / 1000) },
    }).catch(ignoreMissing);
  };

  return {
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
      const done = items.filter((item) => !held.includes(item));
      await deleteAll(client, { table, keys: done.map(({ key }) => ({ event_id: key })) });
    },
    async *overdue({ overdueSeconds }) {
      const dueBy = Math.floor(clock() / 1000) - overdueSeconds;
      for await (const items of dueItems(client, { of: 'AuditOutbox', table, dueBy })) {
        yield items.map((item) => String(item['event_id']));
      }
    },
  };
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof ConditionalCheckFailedException)) throw error;
}

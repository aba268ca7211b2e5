import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../../core/common/clock.ts';
import { type SweptTable, sweepIndex, tables } from '../../manifest/tables.ts';
import { chunks } from '../dynamo/batches.ts';
import type { Item } from '../dynamo/reads.ts';
import { sweepShardOf } from '../dynamo/sweepIndex.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { updateItem } from '../dynamo/writes.ts';
import { auditSweepKeys } from '../items/auditOutboxItems.ts';
import { erasurePrefix, erasureSweepKeys } from '../items/erasureItems.ts';

/** Items that are written at a time. */
const writeSize = 25;

interface Missing {
  /** Which items. */
  readonly filter: string;
  readonly values?: Item;
  /** What an item gets. */
  keys(item: Item, nowMs: number): Item;
}

const isInNoIndex = 'attribute_not_exists(#shard)';

const missing: Readonly<Record<SweptTable, Missing>> = {
  Grants: {
    filter: `${isInNoIndex} AND begins_with(pk, :erasures)`,
    values: { ':erasures': erasurePrefix },
    keys: ({ pk }, nowMs) => erasureSweepKeys(pk, nowMs),
  },
  MailOutbox: {
    filter: isInNoIndex,
    keys: ({ job_id, retry_at, sub, owner = sub }, nowMs) => ({
      ...sweepShardOf(job_id),
      ...(typeof retry_at !== 'number' && { retry_at: Math.floor(nowMs / 1000) }),
      ...(owner !== undefined && { owner }),
    }),
  },
  AuditOutbox: {
    // The key of an event that is shipped needs no sweep, once it has a TTL. A writer of the release before, gone back
    // to, gave it none, and left it in the index.
    filter: `(${isInNoIndex} OR attribute_exists(held_until)) AND attribute_not_exists(#ttl)`,
    keys: ({ event_id, at, held_until }) =>
      held_until === undefined ? auditSweepKeys(event_id, at) : { ttl: Math.ceil(held_until / 1000) },
  },
};

/**
 * Gives items of the release before the keys of the sweep index. Every step can be repeated, and an item that is gone
 * by then, or was shipped, stays so.
 *
 * @returns how many got them, by table
 * @throws what the SDK throws.
 */
export async function addMissingSweepKeys(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, Uncapitalize<SweptTable>>;
  readonly clock: Clock;
}): Promise<Readonly<Record<SweptTable, number>>> {
  const { grants, mailOutbox, auditOutbox } = deps.tables;
  return {
    Grants: await addIn('Grants', grants, deps),
    MailOutbox: await addIn('MailOutbox', mailOutbox, deps),
    AuditOutbox: await addIn('AuditOutbox', auditOutbox, deps),
  };
}

async function addIn(
  name: SweptTable,
  table: string,
  { client, clock }: { readonly client: DynamoDBDocumentClient; readonly clock: Clock },
): Promise<number> {
  const { filter, values, keys } = missing[name];
  const pages = paginateScan(
    { client },
    {
      TableName: table,
      ConsistentRead: true,
      FilterExpression: filter,
      ExpressionAttributeNames: { '#shard': sweepIndex.shard, ...(filter.includes('#ttl') && { '#ttl': 'ttl' }) },
      ...(values && { ExpressionAttributeValues: values }),
    },
  );
  let added = 0;
  for await (const { Items = [] } of pages) {
    for (const some of chunks(Items, writeSize)) {
      await Promise.all(some.map((item) => setUnlessGone(client, { name, table, item, change: keys(item, clock()) })));
      added += some.length;
    }
  }
  return added;
}

async function setUnlessGone(
  client: DynamoDBDocumentClient,
  at: { readonly name: SweptTable; readonly table: string; readonly item: Item; readonly change: Item },
): Promise<void> {
  const key = tables[at.name].partitionKey;
  const names = Object.keys(at.change);
  // What was shipped meanwhile is held now, and must not come back into the index.
  const isHeld = at.item['held_until'] !== undefined;
  const unchanged = isHeld ? '' : ' AND attribute_not_exists(held_until)';
  const leaves = isHeld ? { text: ' REMOVE #shard, sweep_at', names: { '#shard': sweepIndex.shard } } : undefined;
  try {
    await updateItem(client, {
      TableName: at.table,
      Key: { [key]: at.item[key] },
      UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}${leaves?.text ?? ''}`,
      ConditionExpression: `attribute_exists(#key)${unchanged}`,
      ExpressionAttributeNames: {
        '#key': key,
        ...Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ...leaves?.names,
      },
      ExpressionAttributeValues: Object.fromEntries(names.map((name) => [`:${name}`, at.change[name]])),
    });
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
  }
}

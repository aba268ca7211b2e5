import { createHash } from 'node:crypto';
import { type DynamoDBDocumentClient, QueryCommand, type QueryCommandOutput } from '@aws-sdk/lib-dynamodb';
import { type SweptTable, sweepIndex, type TableDefinition, tables } from '../../manifest/tables.ts';
import type { Item } from './reads.ts';

/**
 * Over how many partitions an index is spread. One takes 1,000 writes a second, and an index that cannot keep up has
 * its table refuse writes: no request may wait for a sweep's index. Items keep their shard: none may be left out here
 * while the table has items of it.
 */
const shards = [...'0123456789abcdef'];
/** Of one shard, so that a round of all of them fits memory. */
const pageSize = 250;

/** The shard of an item, by its key. An item with a shard is in its table's sweep index, and any other is not. */
export function sweepShardOf(key: string): { readonly [sweepIndex.shard]: string } {
  return { [sweepIndex.shard]: createHash('sha256').update(key).digest('hex').slice(0, 1) };
}

/**
 * What is due, in rounds of a page a shard, each in the order of their times. An index is behind its table for a
 * moment: an item may be missing, which the next sweep finds, or be there no more. So whoever acts on one has to look
 * at the table, by a consistent read or a condition.
 *
 * @param dueBy epoch seconds; default: everything
 * @throws what the SDK throws.
 */
export async function* dueItems(
  client: DynamoDBDocumentClient,
  from: { readonly of: SweptTable; readonly table: string; readonly dueBy?: number },
): AsyncGenerator<readonly Item[]> {
  const { sweep }: TableDefinition = tables[from.of];
  const dueAt = sweep?.dueAt ?? '';
  const query = {
    TableName: from.table,
    IndexName: sweepIndex.name,
    KeyConditionExpression: '#shard = :shard AND #due <= :by',
    ExpressionAttributeNames: { '#shard': sweepIndex.shard, '#due': dueAt },
    Limit: pageSize,
  };
  let open: readonly { readonly shard: string; readonly after?: Item | undefined }[] = shards.map((shard) => ({
    shard,
  }));
  while (open.length > 0) {
    const pages = await Promise.all(
      open.map(async ({ shard, after }) => {
        const values = { ':shard': shard, ':by': from.dueBy ?? Number.MAX_SAFE_INTEGER };
        const page: QueryCommandOutput = await client.send(
          new QueryCommand({ ...query, ExpressionAttributeValues: values, ExclusiveStartKey: after }),
        );
        return { shard, items: page.Items ?? [], after: page.LastEvaluatedKey };
      }),
    );
    yield pages.flatMap(({ items }) => items).toSorted((a, b) => a[dueAt] - b[dueAt]);
    open = pages.filter(({ after }) => after !== undefined);
  }
}

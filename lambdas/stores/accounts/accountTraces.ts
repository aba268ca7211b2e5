import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { lowerFirst } from '../../contract/casing.ts';
import type { Account } from '../../core/accounts/account.ts';
import type { AccountTraces } from '../../core/accounts/ports.ts';
import { unavailable } from '../../core/common/errors.ts';
import { limitsOfSub } from '../../core/limits/limitSubjects.ts';
import { type TracedTable, tables, tracedTables } from '../../manifest/tables.ts';
import { deleteAll } from '../dynamo/batches.ts';
import { type Item, partitionOf } from '../dynamo/reads.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { deleteItem } from '../dynamo/writes.ts';
import { limitItemKey } from '../items/limitItems.ts';

type Pages = AsyncIterable<{ readonly Items?: Item[] | undefined }>;

export type AccountTracesByTable = Readonly<Record<Uncapitalize<TracedTable>, AccountTraces>>;

interface TracesDeps {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, Uncapitalize<TracedTable>>;
}

interface Place {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
}

/** What one `BatchWriteItem` deletes. */
const batchSize = 25;

/**
 * What an account leaves in each table that an erasure goes through, by the table's name in lower case: the manifest
 * says how each is reached.
 */
export function createAccountTraces({ client, tables: physical }: TracesDeps): AccountTracesByTable {
  const traces = tracedTables.map((name) => {
    const table = lowerFirst(name);
    return [table, tracesIn(tables[name], { client, table: physical[table] })] as const;
  });
  // `Object.fromEntries` loses the names.
  return Object.fromEntries(traces) as AccountTracesByTable;
}

function tracesIn(definition: (typeof tables)[TracedTable], at: Place): AccountTraces {
  if (!('sortKey' in definition)) return { remove: (account) => removeCounts(at, account) };
  return { remove: ({ sub }) => removePages(at, partition(at, { sub, sortKey: definition.sortKey })) };
}

function partition({ client, table }: Place, { sub, sortKey }: { sub: string; sortKey: string }): Pages {
  return paginateQuery(
    { client, pageSize: batchSize },
    {
      ...partitionOf(table, sub),
      ProjectionExpression: '#sub, #sort',
      ExpressionAttributeNames: { '#sub': 'sub', '#sort': sortKey },
    },
  );
}

async function removeCounts({ client, table }: Place, account: Account): Promise<void> {
  try {
    const keys = limitsOfSub(account).map(limitItemKey);
    await Promise.all(keys.map((Key) => deleteItem(client, { TableName: table, Key })));
  } catch (error) {
    throw unavailable(error);
  }
}

async function removePages({ client, table }: Place, pages: Pages): Promise<void> {
  try {
    for await (const { Items: keys = [] } of pages) await deleteAll(client, { table, keys });
  } catch (error) {
    throw unavailable(error);
  }
}

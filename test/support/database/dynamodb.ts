import { randomUUID } from 'node:crypto';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { sweepIndex, type TableDefinition, type TableName, tables } from '../../../lambdas/manifest/tables.ts';

export interface TestDatabase {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Readonly<Record<TableName, string>>;
  /** Every item of a table. */
  items(table: TableName): Promise<Record<string, unknown>[]>;
}

/** Tables of our own, of a name of their own, in a DynamoDB that speaks the wire protocol. */
export async function createDatabase(endpoint: string): Promise<TestDatabase> {
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    }),
    { marshallOptions: { removeUndefinedValues: true } },
  );
  const suffix = randomUUID().slice(0, 8);
  const names = Object.fromEntries((Object.keys(tables) as TableName[]).map((name) => [name, `${name}-${suffix}`]));
  const physical = names as Record<TableName, string>;
  await Promise.all(
    (Object.keys(tables) as TableName[]).map((name) => createTable(client, physical[name], tables[name])),
  );
  return {
    client,
    tables: physical,
    async items(table) {
      const found: Record<string, unknown>[] = [];
      for await (const page of paginateScan({ client }, { TableName: physical[table], ConsistentRead: true })) {
        found.push(...(page.Items ?? []));
      }
      return found;
    },
  };
}

async function createTable(client: DynamoDBDocumentClient, name: string, definition: TableDefinition): Promise<void> {
  const keys = [definition.partitionKey, ...(definition.sortKey ? [definition.sortKey] : [])];
  const { sweep } = definition;
  await client.send(
    new CreateTableCommand({
      TableName: name,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        ...[...keys, ...(sweep ? [sweepIndex.shard] : [])].map((key) => ({
          AttributeName: key,
          AttributeType: 'S' as const,
        })),
        ...(sweep ? [{ AttributeName: sweep.dueAt, AttributeType: 'N' as const }] : []),
      ],
      KeySchema: keys.map((key, index) => ({ AttributeName: key, KeyType: index === 0 ? 'HASH' : 'RANGE' })),
      ...(sweep && {
        GlobalSecondaryIndexes: [
          {
            IndexName: sweepIndex.name,
            KeySchema: [
              { AttributeName: sweepIndex.shard, KeyType: 'HASH' },
              { AttributeName: sweep.dueAt, KeyType: 'RANGE' },
            ],
            Projection:
              sweep.include.length === 0
                ? { ProjectionType: 'KEYS_ONLY' }
                : { ProjectionType: 'INCLUDE', NonKeyAttributes: [...sweep.include] },
          },
        ],
      }),
    }),
  );
}

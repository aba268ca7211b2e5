import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb';
import { type TableName, tables } from '../../../lambdas/manifest/tables.ts';
import { fakeCredentials, inProcess, ServiceError } from './awsFake.ts';

type Item = Record<string, unknown>;

/**
 * As much of DynamoDB as the authorizer uses, in memory, with every call counted: `GetItem`, `BatchGetItem`, `PutItem`
 * that must be new, and `Query` of one partition from a sort key on. Tables are called by their own names.
 */
export function createFakeDynamo() {
  const stored = new Map<TableName, Map<string, Item>>();
  const calls: { readonly operation: string; readonly table: string }[] = [];
  let fail: (operation: string, table: string) => boolean = () => false;

  const tableOf = (name: TableName) => {
    const table = stored.get(name) ?? new Map<string, Item>();
    stored.set(name, table);
    return table;
  };
  const keyOf = (name: TableName, item: Item) => {
    const { partitionKey, ...rest } = tables[name];
    const sortKey = 'sortKey' in rest ? item[rest.sortKey] : '';
    return JSON.stringify([item[partitionKey], sortKey]);
  };
  const put = (name: TableName, item: Item) => tableOf(name).set(keyOf(name, item), item);

  const operations: Record<string, (name: TableName, input: Item) => unknown> = {
    GetItem(name, { Key }) {
      const item = tableOf(name).get(keyOf(name, unmarshall(Object(Key))));
      return item ? { Item: marshall(item, { removeUndefinedValues: true }) } : {};
    },
    PutItem(name, { Item: marshalled }) {
      const item = unmarshall(Object(marshalled));
      if (tableOf(name).has(keyOf(name, item))) throw new ServiceError('ConditionalCheckFailedException');
      put(name, item);
      return {};
    },
    Query(name, { ExpressionAttributeValues }) {
      const values = unmarshall(Object(ExpressionAttributeValues));
      const found = [...tableOf(name).values()].filter(
        (item) => item['bucket'] === values[':bucket'] && String(item['entry']) >= String(values[':from']),
      );
      return { Items: found.map((item) => marshall(item, { removeUndefinedValues: true })) };
    },
  };

  const called = (operation: string, tableName: unknown): TableName => {
    const name = tableNames.find((known) => known === tableName);
    if (!name) throw new ServiceError('ResourceNotFoundException');
    calls.push({ operation, table: name });
    if (fail(operation, name)) throw new ServiceError('InternalServerError');
    return name;
  };
  const batchGet = (
    requested: Record<string, { readonly Keys: readonly unknown[]; readonly ConsistentRead?: boolean }>,
  ) => {
    const found = Object.entries(requested).map(([table, { Keys, ConsistentRead }]) => {
      const name = called(ConsistentRead ? 'BatchGetItem' : 'BatchGetItem, eventually', table);
      const items = Keys.flatMap((key) => tableOf(name).get(keyOf(name, unmarshall(Object(key)))) ?? []);
      return [table, items.map((item) => marshall(item, { removeUndefinedValues: true }))];
    });
    return { Responses: Object.fromEntries(found) };
  };

  const client = new DynamoDBClient({
    ...fakeCredentials,
    requestHandler: inProcess((operation, input) => {
      if (operation === 'BatchGetItem') return batchGet(Object(input['RequestItems']));
      const name = called(operation, input['TableName']);
      return operations[operation]?.(name, input);
    }),
  });

  return {
    client: DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } }),
    calls,
    put,
    remove: (name: TableName, key: Item) => tableOf(name).delete(keyOf(name, key)),
    items: (name: TableName) => [...tableOf(name).values()],
    failWhen(predicate: typeof fail) {
      fail = predicate;
    },
  };
}

const tableNames = Object.keys(tables).filter((name): name is TableName => name in tables);

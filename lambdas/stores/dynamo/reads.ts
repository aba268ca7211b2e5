import { type DynamoDBDocumentClient, GetCommand, type NativeAttributeValue } from '@aws-sdk/lib-dynamodb';
import { unavailable } from '../../core/common/errors.ts';

export type Item = Record<string, NativeAttributeValue>;

/**
 * One item, by a consistent read.
 *
 * @throws ProblemError `unavailable` when the table cannot be read.
 */
export async function readItem(
  client: DynamoDBDocumentClient,
  from: { readonly table: string; readonly key: Item },
): Promise<Item | undefined> {
  try {
    const { Item } = await client.send(new GetCommand({ TableName: from.table, Key: from.key, ConsistentRead: true }));
    return Item;
  } catch (error) {
    throw unavailable(error);
  }
}

/** A consistent query of everything in the partition of a subject. */
export function partitionOf(table: string, sub: string) {
  return {
    TableName: table,
    KeyConditionExpression: '#sub = :sub',
    ExpressionAttributeNames: { '#sub': 'sub' },
    ExpressionAttributeValues: { ':sub': sub },
    ConsistentRead: true,
  };
}

/**
 * Every item of the pages of a query or of a scan.
 *
 * @throws ProblemError `unavailable` when a page cannot be read.
 */
export async function* itemsOf(pages: AsyncIterable<{ readonly Items?: Item[] | undefined }>): AsyncGenerator<Item> {
  try {
    for await (const { Items = [] } of pages) yield* Items;
  } catch (error) {
    throw unavailable(error);
  }
}

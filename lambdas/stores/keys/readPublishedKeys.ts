import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { unavailable } from '../../core/common/errors.ts';
import type { PublishedKeySet } from '../../core/keys/publishedKeySet.ts';
import { jwksItemName, publishedKeysOf } from '../items/publishedKeyItems.ts';

/** A read gives up soon, because all requests of the moment wait for it. */
const readTimeoutMs = 3000;

/**
 * The keys that are published; consistent. Undefined before the first publication.
 *
 * @throws ProblemError `unavailable`, also for an item that this release does not understand.
 */
export async function readPublishedKeys(
  client: DynamoDBDocumentClient,
  table: string,
): Promise<PublishedKeySet | undefined> {
  try {
    const { Item: item } = await client.send(
      new GetCommand({ TableName: table, Key: { name: jwksItemName }, ConsistentRead: true }),
      { abortSignal: AbortSignal.timeout(readTimeoutMs) },
    );
    return item && publishedKeysOf(item);
  } catch (error) {
    throw unavailable(error);
  }
}

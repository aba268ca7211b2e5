import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { unavailable } from '../../core/common/errors.ts';
import { publicJwkSchema } from '../../core/keys/jwk.ts';
import type { PublishedKeySet } from '../../core/keys/publishedKeySet.ts';
import type { TransactItem } from '../dynamo/transaction.ts';

/** The name of the one item. */
export const jwksItemName = 'jwks';

/** A read gives up soon, because all requests of the moment wait for it. */
const readTimeoutMs = 3000;

const itemSchema = z.object({
  jwks: z.string(),
  version: z.int(),
  updated_at: z.int(),
  first_published: z.record(z.string(), z.int()),
  /** Absent in items of the release before. */
  drop_at: z.record(z.string(), z.int()).default({}),
  replaced: z.array(z.string()),
  settled: z.string().optional(),
});
const jwksSchema = z.object({ keys: z.array(z.unknown()) });

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
    return item && fromItem(item);
  } catch (error) {
    throw unavailable(error);
  }
}

/** The put of a set, on condition that the set it was made from is the one that is there. */
export function publishedKeysPut(table: string, set: PublishedKeySet, nowSeconds: number): TransactItem {
  const condition =
    set.version === 1
      ? { ConditionExpression: 'attribute_not_exists(#name)', ExpressionAttributeNames: { '#name': 'name' } }
      : {
          ConditionExpression: '#version = :expected',
          ExpressionAttributeNames: { '#version': 'version' },
          ExpressionAttributeValues: { ':expected': set.version - 1 },
        };
  return { Put: { TableName: table, Item: toItem(set, nowSeconds), ...condition } };
}

function fromItem(item: Record<string, unknown>): PublishedKeySet {
  const { jwks, version, first_published, drop_at, replaced, settled } = itemSchema.parse(item);
  const candidates = jwksSchema.parse(JSON.parse(jwks)).keys;
  const unknownKeys = candidates.filter((key) => !publicJwkSchema.safeParse(key).success);
  return {
    keys: candidates.flatMap((key) => publicJwkSchema.safeParse(key).data ?? []),
    ...(unknownKeys.length > 0 && { unknownKeys }),
    version,
    firstPublished: first_published,
    dropAt: drop_at,
    replaced,
    settled,
  };
}

function toItem(set: PublishedKeySet, nowSeconds: number): Record<string, unknown> {
  return {
    name: jwksItemName,
    schema_version: 1,
    jwks: JSON.stringify({ keys: set.keys }),
    version: set.version,
    updated_at: nowSeconds,
    first_published: set.firstPublished,
    drop_at: set.dropAt,
    replaced: set.replaced,
    ...(set.settled && { settled: set.settled }),
  };
}

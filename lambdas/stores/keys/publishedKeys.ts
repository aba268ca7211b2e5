import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { unavailable } from '../../core/common/errors.ts';
import { publicJwkSchema } from '../../core/keys/jwk.ts';
import type { PublishedKeys } from '../../core/keys/ports.ts';
import type { PublishedKeySet } from '../../core/keys/publishedKeySet.ts';

/** The name of the one item. */
export const jwksItemName = 'jwks';

/** A read gives up soon, because all requests of the moment wait for it. */
const readTimeoutMs = 3000;

const itemSchema = z.object({
  jwks: z.string(),
  version: z.int(),
  updated_at: z.int(),
  first_published: z.record(z.string(), z.int()),
  replaced: z.array(z.string()),
  settled: z.string().optional(),
});
const jwksSchema = z.object({ keys: z.array(publicJwkSchema) });

export function createPublishedKeys(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
}): PublishedKeys {
  const find = async (): Promise<PublishedKeySet | undefined> => {
    try {
      const { Item: item } = await deps.client.send(
        new GetCommand({ TableName: deps.table, Key: { name: jwksItemName }, ConsistentRead: true }),
        { abortSignal: AbortSignal.timeout(readTimeoutMs) },
      );
      return item && fromItem(item);
    } catch (error) {
      throw unavailable(error);
    }
  };
  return {
    find,
    async read() {
      return (await find()) ?? failEmpty();
    },
  };
}

function failEmpty(): never {
  throw unavailable(new Error('no keys are published'));
}

function fromItem(item: Record<string, unknown>): PublishedKeySet {
  const { jwks, version, first_published, replaced, settled } = itemSchema.parse(item);
  return {
    keys: jwksSchema.parse(JSON.parse(jwks)).keys,
    version,
    firstPublished: first_published,
    replaced,
    settled,
  };
}

/** The item of a set. */
export function toItem(set: PublishedKeySet, nowSeconds: number): Record<string, unknown> {
  return {
    name: jwksItemName,
    schema_version: 1,
    jwks: JSON.stringify({ keys: set.keys }),
    version: set.version,
    updated_at: nowSeconds,
    first_published: set.firstPublished,
    replaced: set.replaced,
    ...(set.settled && { settled: set.settled }),
  };
}

import * as z from 'zod/mini';
import { publicJwkSchema } from '../../core/keys/jwk.ts';
import type { PublishedKeySet } from '../../core/keys/publishedKeySet.ts';
import { parseItem, schemaVersion } from '../dynamo/parseItem.ts';
import type { Item } from '../dynamo/reads.ts';
import type { TransactItem } from '../dynamo/transaction.ts';
import { tellOfUnknownForms } from '../dynamo/unknownForms.ts';

/** The name of the one item. */
export const jwksItemName = 'jwks';

const schemaVersionHere = 1;
const itemSchema = z.object({
  name: z.string(),
  schema_version: schemaVersion,
  updated_at: z.int(),
  jwks: z.string(),
  version: z.int(),
  first_published: z.record(z.string(), z.int()),
  /** Absent in items of the release before. */
  drop_at: z._default(z.record(z.string(), z.int()), {}),
  replaced: z.array(z.string()),
  settled: z.optional(z.string()),
});
const jwksSchema = z.object({ keys: z.array(z.unknown()) });

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

/**
 * A key of a form that only a later release knows is passed over and told of. It stays in the set, for the verifiers of
 * that release, as does whatever else that release has written into the item.
 *
 * @throws Error for an item that this release does not understand.
 */
export function publishedKeysOf(item: Item): PublishedKeySet {
  const { jwks, version, first_published, drop_at, replaced, settled } = parseItem('published keys', itemSchema, item);
  const candidates = jwksSchema.parse(JSON.parse(jwks)).keys;
  const unknownKeys = candidates.filter((key) => !publicJwkSchema.safeParse(key).success);
  tellOfUnknownForms(unknownKeys.map(() => 'published keys key'));
  const parts = Object.entries(item).filter(([name, value]) =>
    name === 'schema_version' ? value !== schemaVersionHere : !Object.hasOwn(itemSchema.shape, name),
  );
  return {
    keys: candidates.flatMap((key) => publicJwkSchema.safeParse(key).data ?? []),
    ...(unknownKeys.length > 0 && { unknownKeys }),
    ...(parts.length > 0 && { unknownParts: Object.fromEntries(parts) }),
    version,
    firstPublished: first_published,
    dropAt: drop_at,
    replaced,
    settled,
  };
}

function toItem(set: PublishedKeySet, nowSeconds: number): Item {
  return {
    name: jwksItemName,
    schema_version: schemaVersionHere,
    jwks: JSON.stringify({ keys: [...set.keys, ...(set.unknownKeys ?? [])] }),
    version: set.version,
    updated_at: nowSeconds,
    first_published: set.firstPublished,
    drop_at: set.dropAt,
    replaced: set.replaced,
    ...(set.settled && { settled: set.settled }),
    ...set.unknownParts,
  };
}

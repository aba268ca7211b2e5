import * as z from 'zod/mini';
import type { Erasure } from '../../core/accounts/ports.ts';
import { oneOf, parseItem, schemaVersion } from '../dynamo/parseItem.ts';
import type { TransactItem } from '../dynamo/transaction.ts';
import { grantKey } from './grantItems.ts';

const itemSchema = z.object({
  pk: z.string(),
  schema_version: schemaVersion,
  sub: z.string(),
  actor: z.object({ type: oneOf('erasure actor', ['subject', 'operator'], 'operator'), id: z.string() }),
});

/** What the key of every erasure begins with. */
export const erasurePrefix = grantKey('erasure', '');

/** Remembers an erasure until its last step. */
export function erasurePut(table: string, { sub, actor }: Erasure): TransactItem {
  return { Put: { TableName: table, Item: { pk: grantKey('erasure', sub), schema_version: 1, sub, actor } } };
}

export function erasureRemoval(table: string, sub: string): TransactItem {
  return { Delete: { TableName: table, Key: { pk: grantKey('erasure', sub) } } };
}

/** @throws ProblemError `unavailable` for an item of another version. */
export function erasureFromItem(raw: unknown): Erasure {
  const { sub, actor } = parseItem('erasure', itemSchema, raw);
  return { sub, actor };
}

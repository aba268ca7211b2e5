import * as z from 'zod/mini';
import type { Erasure } from '../../core/accounts/ports.ts';
import { sweepIndex } from '../../manifest/tables.ts';
import { oneOf, parseItem, schemaVersion } from '../dynamo/parseItem.ts';
import { sweepShardOf } from '../dynamo/sweepIndex.ts';
import type { TransactItem } from '../dynamo/transaction.ts';
import { grantKey } from './grantItems.ts';

const itemSchema = z.object({
  pk: z.string(),
  schema_version: schemaVersion,
  sub: z.string(),
  actor: z.object({ type: oneOf('erasure actor', ['subject', 'operator'], 'operator'), id: z.string() }),
  /** Absent in items of the release before. */
  [sweepIndex.shard]: z.optional(z.string()),
  sweep_at: z.optional(z.int()),
});

/** What the key of every erasure begins with. */
export const erasurePrefix = grantKey('erasure', '');

/** Remembers an erasure until its last step. */
export function erasurePut(table: string, { sub, actor }: Erasure, nowMs: number): TransactItem {
  const pk = grantKey('erasure', sub);
  return { Put: { TableName: table, Item: { pk, schema_version: 1, sub, actor, ...erasureSweepKeys(pk, nowMs) } } };
}

/** What the sweep finds an erasure by until its last step. */
export function erasureSweepKeys(pk: string, nowMs: number) {
  return { ...sweepShardOf(pk), sweep_at: Math.floor(nowMs / 1000) };
}

export function erasureRemoval(table: string, sub: string): TransactItem {
  return { Delete: { TableName: table, Key: { pk: grantKey('erasure', sub) } } };
}

/** @throws ProblemError `unavailable` for an item of another version. */
export function erasureFromItem(raw: unknown): Erasure {
  const { sub, actor } = parseItem('erasure', itemSchema, raw);
  return { sub, actor };
}

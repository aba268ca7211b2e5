import { z } from 'zod';
import { revocationBucket, revocationSortKey } from '../../core/tokens/revocationBuckets.ts';
import type { RevocationEntry } from '../../core/tokens/revocationList.ts';
import type { TransactItem } from '../dynamo/transaction.ts';

/** What decides how long an entry is kept: until the last token that it refuses is dead. */
export interface RevocationLifetime {
  readonly accessTokenTtlSeconds: number;
  readonly clockLeewaySeconds: number;
}

const marginSeconds = 30;

export function revocationLifetimeSeconds({ accessTokenTtlSeconds, clockLeewaySeconds }: RevocationLifetime): number {
  return accessTokenTtlSeconds + clockLeewaySeconds + marginSeconds;
}

/** The put of an entry, a part of the transaction that revokes. Writing the same entry twice does no harm. */
export function revocationPut(
  table: string,
  input: { readonly entry: RevocationEntry; readonly nowMs: number; readonly lifetime: RevocationLifetime },
): TransactItem {
  const { entry, nowMs, lifetime } = input;
  // A cut may lie a little after the writer's clock, and a verifier's clock may be a little late.
  const expiresAt = Math.ceil(nowMs / 1000) + revocationLifetimeSeconds(lifetime);
  return {
    Put: {
      TableName: table,
      Item: {
        bucket: revocationBucket(nowMs),
        entry: revocationSortKey(nowMs, entry.kind, entry.value),
        kind: entry.kind,
        value: entry.value,
        ...('issuedAtOrBefore' in entry && { issued_at_or_before: entry.issuedAtOrBefore }),
        expires_at: expiresAt,
        ttl: expiresAt,
        schema_version: 1,
      },
    },
  };
}

const revocationItemSchema = z.union([
  z.object({ kind: z.enum(['sid', 'jti', 'kid']), value: z.string() }),
  z
    .object({ kind: z.enum(['sub', 'client_id']), value: z.string(), issued_at_or_before: z.number() })
    .transform(({ kind, value, issued_at_or_before }) => ({ kind, value, issuedAtOrBefore: issued_at_or_before })),
]);

/** @throws ZodError for an entry that this release does not understand. */
export function revocationFromItem(item: unknown): RevocationEntry {
  return revocationItemSchema.parse(item);
}

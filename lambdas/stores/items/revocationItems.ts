import { randomBytes } from 'node:crypto';
import * as z from 'zod/mini';
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

/** The put of an entry, a part of the transaction that revokes. It replaces no other, even of the same value. */
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
        entry: revocationSortKey(nowMs, entry, randomBytes(8).toString('base64url')),
        kind: entry.kind,
        value: entry.value,
        ...('issuedAtOrBefore' in entry && { issued_at_or_before: entry.issuedAtOrBefore }),
        ...('epochBelow' in entry && { epoch_below: entry.epochBelow }),
        expires_at: expiresAt,
        ttl: expiresAt,
        schema_version: 1,
      },
    },
  };
}

const itemSchema = z.object({
  kind: z.string(),
  value: z.string(),
  // A form that cannot be read takes nothing from the others.
  issued_at_or_before: z.catch(z.optional(z.number()), undefined),
  epoch_below: z.catch(z.optional(z.int()), undefined),
});

/** The entry in an item; undefined for one of a kind or form that this release does not know. */
export function revocationFromItem(item: unknown): RevocationEntry | undefined {
  const { data } = itemSchema.safeParse(item);
  if (!data) return undefined;
  const { kind, value, issued_at_or_before: issuedAtOrBefore, epoch_below: epochBelow } = data;
  switch (kind) {
    case 'gid':
    case 'jti':
    case 'kid':
      return { kind, value };
    case 'sid':
      return { kind, value, ...(issuedAtOrBefore !== undefined && { issuedAtOrBefore }) };
    case 'sub':
      if (epochBelow === undefined)
        return issuedAtOrBefore === undefined ? undefined : { kind, value, issuedAtOrBefore };
      return { kind, value, epochBelow, ...(issuedAtOrBefore !== undefined && { issuedAtOrBefore }) };
    case 'client_id':
    case 'tenant_id':
      return issuedAtOrBefore === undefined ? undefined : { kind, value, issuedAtOrBefore };
    default:
      return undefined;
  }
}

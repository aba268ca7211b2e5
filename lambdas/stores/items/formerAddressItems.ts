import { z } from 'zod';
import type { FormerAddress } from '../../core/accounts/formerAddress.ts';
import { parseItem } from '../dynamo/parseItem.ts';
import type { Item } from '../dynamo/reads.ts';
import type { TransactItem } from '../dynamo/transaction.ts';
import { formerAddressesKey } from './accountItems.ts';

const itemSchema = z.object({
  schema_version: z.literal(1),
  addresses: z.array(
    z.object({
      email: z.string(),
      token_hash: z.string().optional(),
      credentials_changed_at: z.int(),
      expires_at: z.int(),
    }),
  ),
});

/**
 * The addresses that an account has given up, the oldest change first; none where there is no item.
 *
 * @throws ProblemError `unavailable` for an item of another version.
 */
export function formerAddressesFromItem(item: Item | undefined): readonly FormerAddress[] {
  if (!item) return [];
  return parseItem(itemSchema, item).addresses.map((address) => ({
    email: address.email,
    tokenHash: address.token_hash,
    credentialsChangedAt: address.credentials_changed_at,
    expiresAt: address.expires_at,
  }));
}

/**
 * Replaces them, as a part of a transaction that changes the account's credentials: its condition on those keeps one
 * change from losing what another has written.
 */
export function formerAddressesWrite(table: string, sub: string, addresses: readonly FormerAddress[]): TransactItem {
  if (addresses.length === 0) return formerAddressesRemoval(table, sub);
  const given = {
    pk: formerAddressesKey(sub),
    schema_version: 1,
    addresses: addresses.map(({ email, tokenHash, credentialsChangedAt, expiresAt }) => ({
      email,
      ...(tokenHash !== undefined && { token_hash: tokenHash }),
      credentials_changed_at: credentialsChangedAt,
      expires_at: expiresAt,
    })),
    ttl: Math.max(...addresses.map(({ expiresAt }) => expiresAt)),
  };
  return { Put: { TableName: table, Item: given } };
}

export function formerAddressesRemoval(table: string, sub: string): TransactItem {
  return { Delete: { TableName: table, Key: { pk: formerAddressesKey(sub) } } };
}

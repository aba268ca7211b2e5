import * as z from 'zod/mini';
import type { Account } from '../../core/accounts/account.ts';
import type { FormerAddress } from '../../core/accounts/formerAddress.ts';
import { type Condition, conditionsOn, onlyWhile, setOnlyWhile } from '../dynamo/expressions.ts';
import { parseItem, schemaVersion } from '../dynamo/parseItem.ts';
import type { Item } from '../dynamo/reads.ts';
import type { TransactItem } from '../dynamo/transaction.ts';
import { tellOfUnknownForms } from '../dynamo/unknownForms.ts';
import { emailKey, formerAddressesKey } from './accountItems.ts';
import { grantSkewSeconds } from './grantItems.ts';

type Owner = Pick<Account, 'sub' | 'normalizedEmail'>;
type OwnerSince = Owner & Pick<Account, 'credentialsChangedAt'>;

/** Says whose an address is: the account's, or, with `reserved_until`, reserved for it and nobody's address. */
interface EmailItem {
  readonly pk: string;
  readonly schema_version: 1;
  readonly sub: string;
  /** The account's: every transaction that changes it there changes it here. */
  readonly credentials_changed_at: number;
  /** Epoch seconds. */
  readonly reserved_until?: number;
  readonly ttl?: number;
}

const { is } = conditionsOn<EmailItem>();
const isReserved: Condition = { expression: 'attribute_exists(reserved_until)' };
const isNotReserved: Condition = { expression: 'attribute_not_exists(reserved_until)' };

const emailItemSchema = z.object({
  pk: z.string(),
  schema_version: schemaVersion,
  sub: z.string(),
  /** Absent in items of the release before. */
  credentials_changed_at: z.optional(z.int()),
  reserved_until: z.optional(z.int()),
  ttl: z.optional(z.int()),
});

/**
 * Whose an address is, or for whom it is reserved; neither for an address without an item. Of an address that is an
 * account's, it says when the account's credentials changed.
 *
 * @throws ProblemError `unavailable` for an item of another version.
 */
export function holderOfEmailItem(item: Item | undefined): {
  readonly sub: string | undefined;
  readonly credentialsChangedAt?: number | undefined;
  readonly reserved: { readonly sub: string; readonly until: number } | undefined;
} {
  if (!item) return { sub: undefined, reserved: undefined };
  const { sub, credentials_changed_at, reserved_until: until } = parseItem('address', emailItemSchema, item);
  if (until !== undefined) return { sub: undefined, reserved: { sub, until } };
  return { sub, credentialsChangedAt: credentials_changed_at, reserved: undefined };
}

/** Gives an account an address that nobody has, and that is reserved for nobody else. */
export function emailPut(table: string, { sub, normalizedEmail, credentialsChangedAt }: OwnerSince, now: number) {
  const item: EmailItem = {
    pk: emailKey(normalizedEmail),
    schema_version: 1,
    sub,
    credentials_changed_at: credentialsChangedAt,
  };
  return {
    TableName: table,
    Item: { ...item },
    ConditionExpression:
      'attribute_not_exists(pk) OR reserved_until <= :now OR (attribute_exists(reserved_until) AND #sub = :sub)',
    ExpressionAttributeNames: { '#sub': 'sub' },
    ExpressionAttributeValues: { ':now': now, ':sub': sub },
  };
}

/** Takes an address from its account, and keeps it for the account until then. */
export function emailReservation(
  table: string,
  { sub, normalizedEmail, until }: Owner & { readonly until: number },
): TransactItem {
  const conditions = onlyWhile([is('sub', sub), isNotReserved]);
  return {
    Update: {
      TableName: table,
      Key: { pk: emailKey(normalizedEmail) },
      ...conditions,
      UpdateExpression: 'SET reserved_until = :until, #ttl = :until',
      ExpressionAttributeNames: { ...conditions.ExpressionAttributeNames, '#ttl': 'ttl' },
      // For a while longer than a link that gives it back: clocks differ.
      ExpressionAttributeValues: { ...conditions.ExpressionAttributeValues, ':until': until + grantSkewSeconds },
    },
  };
}

/** Gives an address that is reserved for an account back to it. */
export function emailReturn(table: string, { sub, normalizedEmail, credentialsChangedAt }: OwnerSince): TransactItem {
  const conditions = setOnlyWhile<EmailItem>({ set: { credentials_changed_at: credentialsChangedAt } }, [
    is('sub', sub),
    isReserved,
  ]);
  return {
    Update: {
      TableName: table,
      Key: { pk: emailKey(normalizedEmail) },
      ...conditions,
      UpdateExpression: `${conditions.UpdateExpression} REMOVE reserved_until, #ttl`,
      ExpressionAttributeNames: { ...conditions.ExpressionAttributeNames, '#ttl': 'ttl' },
    },
  };
}

/** Tells an account's address of its last change of credentials, as a part of the transaction that makes it. */
export function emailCredentials(table: string, { sub, normalizedEmail, credentialsChangedAt }: OwnerSince) {
  const set = { credentials_changed_at: credentialsChangedAt };
  const Key = { pk: emailKey(normalizedEmail) };
  return {
    Update: { TableName: table, Key, ...setOnlyWhile<EmailItem>({ set }, [is('sub', sub), isNotReserved]) },
  } satisfies TransactItem;
}

/**
 * The same where the release before has made a change, or has written the address: while it says what was read.
 *
 * @param read undefined where it said nothing
 */
export function emailCredentialsMended(table: string, owner: OwnerSince, read: number | undefined) {
  const { Update } = emailCredentials(table, owner);
  const asRead =
    read === undefined ? 'attribute_not_exists(#credentials_changed_at)' : '#credentials_changed_at = :read';
  return {
    ...Update,
    ConditionExpression: `${Update.ConditionExpression} AND ${asRead}`,
    ExpressionAttributeValues: { ...Update.ExpressionAttributeValues, ...(read !== undefined && { ':read': read }) },
  };
}

/** Frees an address of an account. */
export function emailRemoval(table: string, { sub, normalizedEmail }: Owner): TransactItem {
  return { Delete: { TableName: table, Key: { pk: emailKey(normalizedEmail) }, ...onlyWhile([is('sub', sub)]) } };
}

/** Frees an address that is reserved for an account, on condition that it is. */
export function reservedEmailRemoval(table: string, { sub, normalizedEmail }: Owner) {
  return { TableName: table, Key: { pk: emailKey(normalizedEmail) }, ...onlyWhile([is('sub', sub), isReserved]) };
}

const formerAddressesSchema = z.object({
  pk: z.string(),
  schema_version: schemaVersion,
  addresses: z.array(
    z.looseObject({
      email: z.string(),
      token_hash: z.optional(z.string()),
      credentials_changed_at: z.int(),
      expires_at: z.int(),
    }),
  ),
  ttl: z.optional(z.int()),
});

/**
 * The addresses that an account has given up, the oldest change first; none where there is no item.
 *
 * @throws ProblemError `unavailable` for an item of another version.
 */
export function formerAddressesFromItem(item: Item | undefined): readonly FormerAddress[] {
  if (!item) return [];
  return parseItem('former addresses', formerAddressesSchema, item).addresses.map((address) => {
    const { email, token_hash, credentials_changed_at, expires_at, ...later } = address;
    const unknown = Object.keys(later);
    tellOfUnknownForms(unknown.map((name) => `former addresses addresses.${name}`));
    return {
      email,
      tokenHash: token_hash,
      credentialsChangedAt: credentials_changed_at,
      expiresAt: expires_at,
      ...(unknown.length > 0 && { later }),
    };
  });
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
    addresses: addresses.map(({ email, tokenHash, credentialsChangedAt, expiresAt, later }) => ({
      ...later,
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

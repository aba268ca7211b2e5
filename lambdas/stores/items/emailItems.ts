import type { Account } from '../../core/accounts/account.ts';
import { type Condition, conditionsOn, onlyWhile } from '../dynamo/expressions.ts';
import type { TransactItem } from '../dynamo/transaction.ts';
import { emailKey } from './accountItems.ts';
import { grantSkewSeconds } from './grantItems.ts';

type Owner = Pick<Account, 'sub' | 'normalizedEmail'>;

/** Says whose an address is: the account's, or, with `reserved_until`, reserved for it and nobody's address. */
interface EmailItem {
  readonly pk: string;
  readonly schema_version: 1;
  readonly sub: string;
  /** Epoch seconds. */
  readonly reserved_until?: number;
  readonly ttl?: number;
}

const { is } = conditionsOn<EmailItem>();
const isReserved: Condition = { expression: 'attribute_exists(reserved_until)' };
const isNotReserved: Condition = { expression: 'attribute_not_exists(reserved_until)' };

/** Gives an account an address that nobody has, and that is reserved for nobody else. */
export function emailPut(table: string, { sub, normalizedEmail }: Owner, now: number) {
  return {
    TableName: table,
    Item: { pk: emailKey(normalizedEmail), schema_version: 1, sub },
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
export function emailReturn(table: string, { sub, normalizedEmail }: Owner): TransactItem {
  const conditions = onlyWhile([is('sub', sub), isReserved]);
  return {
    Update: {
      TableName: table,
      Key: { pk: emailKey(normalizedEmail) },
      ...conditions,
      UpdateExpression: 'REMOVE reserved_until, #ttl',
      ExpressionAttributeNames: { ...conditions.ExpressionAttributeNames, '#ttl': 'ttl' },
    },
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

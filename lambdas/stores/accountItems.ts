import type { Account } from '../core/account.ts';
import type { TransactItem } from './transaction.ts';

export const accountKey = (sub: string) => `account#${sub}`;
export const emailKey = (normalizedEmail: string) => `email#${normalizedEmail}`;
export const pendingKey = (pendingId: string) => `pending#${pendingId}`;

/** An account at rest, schema version 1. */
export interface AccountItem {
  readonly pk: string;
  readonly schema_version: 1;
  readonly sub: string;
  readonly email: string;
  readonly normalized_email: string;
  readonly email_verified: boolean;
  readonly password_hash: string;
  readonly status: 'active' | 'disabled';
  readonly roles: string[];
  readonly tenant_id: string;
  readonly session_epoch: number;
  readonly token_cut: number;
  readonly created_at: number;
  readonly updated_at: number;
}

function accountToItem(account: Account): AccountItem {
  return {
    pk: accountKey(account.sub),
    schema_version: 1,
    sub: account.sub,
    email: account.email,
    normalized_email: account.normalizedEmail,
    email_verified: account.emailVerified,
    password_hash: account.passwordHash,
    status: account.status,
    roles: [...account.roles],
    tenant_id: account.tenantId,
    session_epoch: account.sessionEpoch,
    token_cut: account.tokenCut,
    created_at: account.createdAt,
    updated_at: account.updatedAt,
  };
}

export function accountFromItem(item: AccountItem): Account {
  return {
    sub: item.sub,
    email: item.email,
    normalizedEmail: item.normalized_email,
    emailVerified: item.email_verified,
    passwordHash: item.password_hash,
    status: item.status,
    roles: item.roles,
    tenantId: item.tenant_id,
    sessionEpoch: item.session_epoch,
    tokenCut: item.token_cut,
    createdAt: item.created_at,
    updatedAt: item.updated_at,
  };
}

/** The puts of a new account and of its address, each on condition that there is none yet. */
export function newAccountPuts(table: string, account: Account): TransactItem[] {
  return [
    { Put: { TableName: table, Item: { ...accountToItem(account) }, ConditionExpression: 'attribute_not_exists(pk)' } },
    {
      Put: {
        TableName: table,
        Item: { pk: emailKey(account.normalizedEmail), schema_version: 1, sub: account.sub },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    },
  ];
}

/** Holds while the account is active and in the given session epoch. */
export function accountInEpoch(table: string, sub: string, epoch: number): TransactItem {
  return {
    ConditionCheck: {
      TableName: table,
      Key: { pk: accountKey(sub) },
      ConditionExpression: '#status = :active AND session_epoch = :epoch',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':active': 'active', ':epoch': epoch },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
}

import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Account } from '../../core/accounts/account.ts';
import { throwUnavailable } from '../../core/common/errors.ts';
import type { TransactItem } from '../dynamo/transaction.ts';
import { grantKey } from './grantItems.ts';

/** What a mailed token may do to an account. An account has one grant for each purpose, so the newest mail counts. */
export type GrantPurpose = 'reset' | 'email-change';

export interface MailedGrant {
  readonly purpose: GrantPurpose;
  readonly sub: string;
  readonly tokenHash: string;
  /** If given, the grant is good only while the account keeps the credentials that it had when it was granted. */
  readonly account?: Pick<Account, 'sessionEpoch' | 'credentialsChangedAt'>;
}

/** The put of a grant, which replaces an earlier one. */
export function mailedGrantPut(table: string, grant: MailedGrant & { readonly expiresAt: number }): TransactItem {
  const { tokenHash, expiresAt, account } = grant;
  return {
    Put: {
      TableName: table,
      Item: {
        pk: grantKey(grant.purpose, grant.sub),
        schema_version: 1,
        token_hash: tokenHash,
        ...(account && { session_epoch: account.sessionEpoch, credentials_changed_at: account.credentialsChangedAt }),
        expires_at: expiresAt,
        ttl: expiresAt,
      },
    },
  };
}

/**
 * Uses a grant up, on condition that it is this token's, has not expired, and fits the account's present credentials.
 */
export function mailedGrantUse(table: string, grant: MailedGrant & { readonly now: number }): TransactItem {
  const { account } = grant;
  const ofAccount = account ? ' AND session_epoch = :epoch AND credentials_changed_at = :seen' : '';
  return {
    Delete: {
      TableName: table,
      Key: { pk: grantKey(grant.purpose, grant.sub) },
      ConditionExpression: `token_hash = :hash AND expires_at > :now${ofAccount}`,
      ExpressionAttributeValues: {
        ':hash': grant.tokenHash,
        ':now': grant.now,
        ...(account && { ':epoch': account.sessionEpoch, ':seen': account.credentialsChangedAt }),
      },
    },
  };
}

/** Takes a grant away, whether there is one or not. */
export function mailedGrantRemoval(table: string, grant: Pick<MailedGrant, 'purpose' | 'sub'>): TransactItem {
  return { Delete: { TableName: table, Key: { pk: grantKey(grant.purpose, grant.sub) } } };
}

/**
 * Whether a token is the newest one, is not used, and fits the account's present credentials; consistent. Only a hint:
 * the transaction that uses it decides.
 *
 * @throws ProblemError `unavailable`.
 */
export async function isGranted(
  { client, table }: { readonly client: DynamoDBDocumentClient; readonly table: string },
  grant: MailedGrant,
): Promise<boolean> {
  const { Item } = await client
    .send(new GetCommand({ TableName: table, Key: { pk: grantKey(grant.purpose, grant.sub) }, ConsistentRead: true }))
    .catch(throwUnavailable);
  const { account } = grant;
  return (
    Item?.['token_hash'] === grant.tokenHash &&
    (!account ||
      (Item['session_epoch'] === account.sessionEpoch &&
        Item['credentials_changed_at'] === account.credentialsChangedAt))
  );
}

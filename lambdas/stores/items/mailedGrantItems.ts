import type { Account } from '../../core/accounts/account.ts';
import { type Condition, onlyWhile } from '../dynamo/expressions.ts';
import type { Item } from '../dynamo/reads.ts';
import type { TransactItem } from '../dynamo/transaction.ts';
import { grantKey } from './grantItems.ts';

/** What a mailed token may do to an account. An account has one grant for each purpose, so the newest mail counts. */
export type GrantPurpose = 'reset' | 'email-change';

type AccountState = Pick<Account, 'sessionEpoch' | 'credentialsChangedAt'>;

export interface MailedGrant {
  readonly purpose: GrantPurpose;
  readonly sub: string;
  readonly tokenHash: string;
  /** If given, the grant is good only while the account keeps the credentials that it had when it was granted. */
  readonly account?: AccountState;
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

/** A mailed token is the newest one, and has not expired. */
export const tokenIsGood = ({ tokenHash, now }: { readonly tokenHash: string; readonly now: number }): Condition => ({
  expression: 'token_hash = :hash AND expires_at > :now',
  values: { ':hash': tokenHash, ':now': now },
});

/** The grant was given to the account with its present epoch and credentials. */
const grantIsOf = (account: AccountState): Condition => ({
  expression: 'session_epoch = :epoch AND credentials_changed_at = :seen',
  values: { ':epoch': account.sessionEpoch, ':seen': account.credentialsChangedAt },
});

/**
 * Uses a grant up, on condition that it is this token's, has not expired, and fits the account's present credentials.
 */
export function mailedGrantUse(table: string, grant: MailedGrant & { readonly now: number }): TransactItem {
  const conditions = [tokenIsGood(grant), ...(grant.account ? [grantIsOf(grant.account)] : [])];
  return {
    Delete: { TableName: table, Key: { pk: grantKey(grant.purpose, grant.sub) }, ...onlyWhile(conditions) },
  };
}

/** Takes a grant away, whether there is one or not. */
export function mailedGrantRemoval(table: string, grant: Pick<MailedGrant, 'purpose' | 'sub'>): TransactItem {
  return { Delete: { TableName: table, Key: { pk: grantKey(grant.purpose, grant.sub) } } };
}

/**
 * Whether a grant, as it was read, is for this token and fits the account's present credentials. Only a hint: the
 * transaction that uses the grant decides.
 */
export function isGranted(
  item: Item | undefined,
  { tokenHash, account }: Omit<MailedGrant, 'purpose' | 'sub'>,
): boolean {
  return (
    item?.['token_hash'] === tokenHash &&
    (!account ||
      (item['session_epoch'] === account.sessionEpoch &&
        item['credentials_changed_at'] === account.credentialsChangedAt))
  );
}

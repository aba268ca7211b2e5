import type { Account } from '../../core/accounts/account.ts';
import { type Condition, conditionsOn, onlyWhile, setOnlyWhile } from '../dynamo/expressions.ts';
import type { TransactItem } from '../dynamo/transaction.ts';
import { type AccountItem, accountKey, accountToItem } from './accountItems.ts';
import { emailPut, emailRemoval } from './emailItems.ts';

const { is } = conditionsOn<AccountItem>();

export const accountExists: Condition = { expression: 'attribute_exists(pk)' };
export const accountIsActive = is('status', 'active');
export const accountIsDisabled = is('status', 'disabled');
const accountIsDeleting = is('status', 'deleting');
/** Its erasure has not begun, whatever status a later release has given it. */
export const accountIsKept: Condition = {
  expression: 'attribute_exists(#status) AND #status <> :deleting',
  names: { '#status': 'status' },
  values: { ':deleting': 'deleting' },
};

export const accountIsOfEpoch = (epoch: number) => is('session_epoch', epoch);
export const accountIsOfTenant = (tenantId: string) => is('tenant_id', tenantId);
export const accountHasEmail = (normalizedEmail: string) => is('normalized_email', normalizedEmail);
export const accountHasNoPassword: Condition = { expression: 'attribute_not_exists(password_hash)' };
export const accountHasPasswordHash = (hash: string | undefined) => is('password_hash', hash);

/** The account's credentials have not changed since it was read with this `credentialsChangedAt`. */
export function credentialsUnchanged(seen: number): Condition {
  const unchanged = is('credentials_changed_at', seen);
  // Absent in items of the release before.
  return seen === 0
    ? { ...unchanged, expression: `(attribute_not_exists(#credentials_changed_at) OR ${unchanged.expression})` }
    : unchanged;
}

/** The account is active, and has the session epoch and the credentials that it had when it was read. */
export function accountAsRead({ sessionEpoch, credentialsChangedAt }: AccountState): readonly Condition[] {
  return [accountIsActive, accountIsOfEpoch(sessionEpoch), credentialsUnchanged(credentialsChangedAt)];
}

/**
 * Its epoch and cut are those that were read. The names of the values are its own: a caller's `accountIsOfEpoch` may
 * stand beside it.
 */
export const accountIsNotShutOutSince = (read: Pick<Account, 'sessionEpoch' | 'tokenCut'>): Condition => ({
  expression: 'session_epoch = :read_epoch AND token_cut = :read_cut',
  values: { ':read_epoch': read.sessionEpoch, ':read_cut': read.tokenCut },
});

type AccountState = Pick<Account, 'sessionEpoch' | 'credentialsChangedAt'>;

/** Holds while all of the conditions do. */
export function accountCheck(table: string, sub: string, conditions: readonly Condition[]): TransactItem {
  return {
    ConditionCheck: {
      TableName: table,
      Key: { pk: accountKey(sub) },
      ...onlyWhile(conditions),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
}

/** What a change sets of an account, and the conditions that it is made on. */
export interface AccountChange {
  readonly set: Partial<AccountItem>;
  readonly onlyWhile: readonly Condition[];
}

export function accountUpdate(table: string, sub: string, change: AccountChange): TransactItem {
  return {
    Update: {
      TableName: table,
      Key: { pk: accountKey(sub) },
      ...setOnlyWhile(change, change.onlyWhile),
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
}

/**
 * The puts of a new account and of its address, each on condition that there is none yet, and the address reserved for
 * nobody.
 */
export function newAccountPuts(table: string, account: Account): TransactItem[] {
  const put = {
    TableName: table,
    Item: { ...accountToItem(account) },
    ConditionExpression: 'attribute_not_exists(pk)',
  };
  const address = emailPut(table, account, account.updatedAt);
  return [{ Put: put }, { Put: { ...address, ReturnValuesOnConditionCheckFailure: 'ALL_OLD' } }];
}

/** The deletes of an account that is being erased, and of its address. */
export function accountDeletes(table: string, account: Pick<Account, 'sub' | 'normalizedEmail'>): TransactItem[] {
  const Key = { pk: accountKey(account.sub) };
  return [{ Delete: { TableName: table, Key, ...onlyWhile([accountIsDeleting]) } }, emailRemoval(table, account)];
}

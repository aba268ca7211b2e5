import type { Account } from '../../core/accounts/account.ts';
import type { MailedLinkRequest } from '../../core/mail/mailedLink.ts';
import { type Condition, onlyWhile } from '../dynamo/expressions.ts';
import type { Item } from '../dynamo/reads.ts';
import type { TransactItem } from '../dynamo/transaction.ts';
import { grantKey } from './grantItems.ts';
import { keptLinkPut, mailedLinkItem } from './keptLinkItems.ts';

/** What a mailed token may do to an account. An account has one grant for each purpose, so the newest mail counts. */
export type GrantPurpose = 'reset' | 'email-change';

type AccountState = Pick<Account, 'sessionEpoch' | 'credentialsChangedAt'>;

export interface MailedGrant {
  readonly purpose: GrantPurpose;
  readonly sub: string;
  readonly tokenHash: string;
  /** If given, the grant is good only while the account keeps the credentials that it had when it was granted. */
  readonly account?: AccountState;
  /** The session that asked for it: the grant dies with it. */
  readonly sid?: string;
}

/**
 * The put of a grant of a session, by a link that is mailed. It replaces the one before, or goes on with it; it is good
 * while the account keeps the credentials that it has now.
 */
export function sessionGrantPut(
  table: string,
  grant: Required<Pick<MailedGrant, 'purpose' | 'sub' | 'account' | 'sid'>> & Omit<MailedLinkRequest, 'job'>,
): TransactItem {
  const { purpose, sub, account, sid, ...mailed } = grant;
  return keptLinkPut(table, grantKey(purpose, sub), mailed, {
    session_epoch: account.sessionEpoch,
    credentials_changed_at: account.credentialsChangedAt,
    sid,
  });
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

/** The grant was asked for in this session. */
const grantIsOfSession = (sid: string): Condition => ({ expression: 'sid = :sid', values: { ':sid': sid } });

/**
 * Uses a grant up, on condition that it is this token's, has not expired, and fits the account's present credentials
 * and the session that asked for it. Whether that session lives is for a condition on the session's own item.
 */
export function mailedGrantUse(table: string, grant: MailedGrant & { readonly now: number }): TransactItem {
  const { account, sid } = grant;
  const conditions = [
    tokenIsGood(grant),
    ...(account ? [grantIsOf(account)] : []),
    ...(sid === undefined ? [] : [grantIsOfSession(sid)]),
  ];
  return {
    Delete: { TableName: table, Key: { pk: grantKey(grant.purpose, grant.sub) }, ...onlyWhile(conditions) },
  };
}

/** Takes a grant away, whether there is one or not. */
export function mailedGrantRemoval(table: string, grant: Pick<MailedGrant, 'purpose' | 'sub'>): TransactItem {
  return { Delete: { TableName: table, Key: { pk: grantKey(grant.purpose, grant.sub) } } };
}

/**
 * The session of a grant, as it was read, if it is for this token and fits the account's present credentials. Only a
 * hint: the transaction that uses the grant decides.
 */
export function grantedTo(
  item: Item | undefined,
  { tokenHash, account }: Omit<MailedGrant, 'purpose' | 'sub' | 'sid'>,
): { readonly sid: string | undefined } | undefined {
  const grant = mailedLinkItem(item);
  if (grant?.token_hash !== tokenHash) return undefined;
  const fits =
    !account ||
    (grant.session_epoch === account.sessionEpoch && grant.credentials_changed_at === account.credentialsChangedAt);
  return fits ? { sid: grant.sid } : undefined;
}

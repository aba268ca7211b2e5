import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { Account } from '../../core/accounts/account.ts';
import type { MailJob } from '../../core/mail/mailJob.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { type TransactItem, transact } from '../dynamo/transaction.ts';
import { accountInEpoch, accountKey, credentialsUnchanged, emailKey } from '../items/accountItems.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { isGranted, mailedGrantPut, mailedGrantUse } from '../items/mailedGrantItems.ts';
import { mailJobPut } from '../items/mailOutboxItems.ts';
import { activeSession } from '../items/sessionItems.ts';

export interface EmailChangeRequests {
  /**
   * Remembers the hash of a mailed token, replacing any earlier one (newest wins), records the request and asks for its
   * mails, in one transaction. The token is good only while the account signs in by what it does now.
   *
   * @returns false, with nothing written, when the session it is asked for in has ended, or the account is no longer
   * active, or was changed in what signs in, or signed out everywhere, since it was read.
   */
  request(input: {
    readonly account: Account;
    /** Of the session it is asked for in. */
    readonly sid: string;
    /** The account's, or a made-up one, whose token nobody gets. */
    readonly sub: string;
    readonly tokenHash: string;
    /** Epoch seconds. */
    readonly expiresAt: number;
    readonly jobs: readonly MailJob[];
    readonly nowMs: number;
    readonly event: AuditEvent;
  }): Promise<boolean>;
}

export function createEmailChangeRequests(deps: {
  client: DynamoDBDocumentClient;
  tables: Pick<TableNames, 'accounts' | 'sessions' | 'grants' | 'mailOutbox' | 'auditOutbox'>;
}): EmailChangeRequests {
  const { client, tables } = deps;
  return {
    async request({ account, sid, sub, tokenHash, expiresAt, jobs, nowMs, event }) {
      const outcome = await transact(client, [
        accountInEpoch(tables.accounts, account.sub, account.sessionEpoch, account.credentialsChangedAt),
        activeSession(tables.sessions, { sub: account.sub, sid }),
        mailedGrantPut(tables.grants, { purpose: 'email-change', sub, tokenHash, expiresAt, account }),
        auditEventPut(tables.auditOutbox, event),
        ...jobs.map((job) => mailJobPut({ table: tables.mailOutbox, job, nowMs })),
      ]);
      return outcome.committed;
    },
  };
}

export interface EmailChanges {
  /**
   * Whether this token is the newest one, not used, and the account signs in by what it did when it was asked for;
   * consistent. Only a hint: `complete` decides.
   */
  isPending(input: { readonly account: Account; readonly tokenHash: string }): Promise<boolean>;
  /**
   * Uses up the token, claims the new address, gives the old one free, changes the account, records it and asks for the
   * notice, in one transaction.
   *
   * @returns false, with nothing written, when the token was used, replaced or has expired, the new address is taken, or
   * the account is no longer active, has another address by now, or was changed in what signs in or signed out
   * everywhere since the token was asked for: who asked may be whom the owner has just shut out.
   */
  complete(input: {
    readonly account: Account;
    /** Normalised. */
    readonly newEmail: string;
    readonly tokenHash: string;
    readonly nowMs: number;
    readonly event: AuditEvent;
    readonly notice: MailJob;
  }): Promise<boolean>;
}

export function createEmailChanges(deps: {
  client: DynamoDBDocumentClient;
  tables: Pick<TableNames, 'accounts' | 'grants' | 'mailOutbox' | 'auditOutbox'>;
}): EmailChanges {
  const { client, tables } = deps;
  return {
    isPending: ({ account, tokenHash }) =>
      isGranted({ client, table: tables.grants }, { purpose: 'email-change', sub: account.sub, tokenHash, account }),
    async complete({ account, newEmail, tokenHash, nowMs, event, notice }) {
      const now = Math.floor(nowMs / 1000);
      const { sub } = account;
      const outcome = await transact(client, [
        mailedGrantUse(tables.grants, { purpose: 'email-change', sub, tokenHash, now, account }),
        ...addressMove(tables.accounts, account, newEmail),
        addressChange(tables.accounts, account, { newEmail, now }),
        auditEventPut(tables.auditOutbox, event),
        mailJobPut({ table: tables.mailOutbox, job: notice, nowMs }),
      ]);
      return outcome.committed;
    },
  };
}

function addressMove(table: string, { sub, normalizedEmail }: Account, newEmail: string): TransactItem[] {
  return [
    {
      Put: {
        TableName: table,
        Item: { pk: emailKey(newEmail), schema_version: 1, sub },
        ConditionExpression: 'attribute_not_exists(pk)',
      },
    },
    {
      Delete: {
        TableName: table,
        Key: { pk: emailKey(normalizedEmail) },
        ConditionExpression: '#sub = :sub',
        ExpressionAttributeNames: { '#sub': 'sub' },
        ExpressionAttributeValues: { ':sub': sub },
      },
    },
  ];
}

function addressChange(
  table: string,
  { sub, normalizedEmail, sessionEpoch, credentialsChangedAt }: Account,
  { newEmail, now }: { readonly newEmail: string; readonly now: number },
): TransactItem {
  return {
    Update: {
      TableName: table,
      Key: { pk: accountKey(sub) },
      UpdateExpression:
        'SET email = :new, normalized_email = :new, email_verified = :true, credentials_changed_at = :changed, updated_at = :now',
      ConditionExpression:
        '#status = :active AND normalized_email = :old AND session_epoch = :epoch AND ' +
        credentialsUnchanged(credentialsChangedAt),
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':new': newEmail,
        ':old': normalizedEmail,
        ':epoch': sessionEpoch,
        ':seen': credentialsChangedAt,
        ':true': true,
        ':changed': Math.max(now, credentialsChangedAt + 1),
        ':now': now,
        ':active': 'active',
      },
    },
  };
}

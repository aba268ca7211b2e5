import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Account } from '../../core/accounts/account.ts';
import type { EmailChangeRequests, EmailChanges } from '../../core/accounts/ports.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { type TransactItem, transact } from '../dynamo/transaction.ts';
import { accountInEpoch, accountKey, credentialsUnchanged, emailKey } from '../items/accountItems.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { isGranted, mailedGrantPut, mailedGrantUse } from '../items/mailedGrantItems.ts';
import { mailJobPut } from '../items/mailOutboxItems.ts';
import { activeSession } from '../items/sessionItems.ts';

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

import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Account, tokenCutAt } from '../../core/accounts/account.ts';
import type { AccountErasure } from '../../core/accounts/ports.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { type TransactItem, transact } from '../dynamo/transaction.ts';
import { accountKey, emailKey } from '../items/accountItems.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { erasurePut, erasureRemoval } from '../items/erasureItems.ts';
import { mailedGrantRemoval } from '../items/mailedGrantItems.ts';
import { mailJobPut } from '../items/mailOutboxItems.ts';
import type { RevocationLifetime } from '../items/revocationItems.ts';
import { revocationPut } from '../items/revocationItems.ts';
import { enrolmentRemoval } from '../items/totpEnrolmentItems.ts';

export function createAccountErasure(deps: {
  client: DynamoDBDocumentClient;
  tables: Pick<TableNames, 'accounts' | 'grants' | 'revocations' | 'mailOutbox' | 'auditOutbox'>;
  lifetime: RevocationLifetime;
}): AccountErasure {
  const { client, tables, lifetime } = deps;
  const revocation = (sub: string, nowMs: number) => {
    const entry = { kind: 'sub', value: sub, issuedAtOrBefore: tokenCutAt(Math.floor(nowMs / 1000)) } as const;
    return revocationPut({ table: tables.revocations, entry, nowMs, ...lifetime });
  };
  return {
    async begin({ erasure, nowMs, event }) {
      const outcome = await transact(client, [
        ending(tables.accounts, erasure.sub, Math.floor(nowMs / 1000)),
        erasurePut(tables.grants, erasure),
        revocation(erasure.sub, nowMs),
        auditEventPut(tables.auditOutbox, event),
      ]);
      return outcome.committed;
    },
    async finish({ account: { sub, normalizedEmail }, nowMs, event, notice }) {
      const outcome = await transact(client, [
        ...accountDeletes(tables.accounts, { sub, normalizedEmail }),
        mailedGrantRemoval(tables.grants, { purpose: 'reset', sub }),
        mailedGrantRemoval(tables.grants, { purpose: 'email-change', sub }),
        enrolmentRemoval(tables.grants, sub),
        erasureRemoval(tables.grants, sub),
        revocation(sub, nowMs),
        auditEventPut(tables.auditOutbox, event),
        mailJobPut({ table: tables.mailOutbox, job: notice, nowMs }),
      ]);
      return outcome.committed;
    },
  };
}

function ending(table: string, sub: string, now: number): TransactItem {
  return {
    Update: {
      TableName: table,
      Key: { pk: accountKey(sub) },
      UpdateExpression:
        'SET #status = :deleting, session_epoch = session_epoch + :one, token_cut = :cut, updated_at = :now',
      ConditionExpression: '#status IN (:active, :disabled)',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':deleting': 'deleting',
        ':active': 'active',
        ':disabled': 'disabled',
        ':one': 1,
        ':cut': tokenCutAt(now),
        ':now': now,
      },
    },
  };
}

function accountDeletes(
  table: string,
  { sub, normalizedEmail }: Pick<Account, 'sub' | 'normalizedEmail'>,
): TransactItem[] {
  return [
    {
      Delete: {
        TableName: table,
        Key: { pk: accountKey(sub) },
        ConditionExpression: '#status = :deleting',
        ExpressionAttributeNames: { '#status': 'status' },
        ExpressionAttributeValues: { ':deleting': 'deleting' },
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

import { type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { AuditEvent } from '../../contract/auditEvents.ts';
import { tokenCutAt } from '../../core/accounts/account.ts';
import type { AccountAdministration, AccountStatusChange } from '../../core/accounts/ports.ts';
import { unavailable } from '../../core/common/errors.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { type TransactItem, transact } from '../dynamo/transaction.ts';
import { accountFromItem, accountKey, newAccountPuts } from '../items/accountItems.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import type { RevocationLifetime } from '../items/revocationItems.ts';
import { revocationPut } from '../items/revocationItems.ts';

export function createAccountAdministration(deps: {
  client: DynamoDBDocumentClient;
  tables: Pick<TableNames, 'accounts' | 'revocations' | 'auditOutbox'>;
  lifetime: RevocationLifetime;
}): AccountAdministration {
  const { client, tables, lifetime } = deps;

  const commit = async (items: TransactItem[], event: AuditEvent): Promise<boolean> =>
    (await transact(client, [...items, auditEventPut(tables.auditOutbox, event)])).committed;

  const revocation = ({ sub, nowMs }: AccountStatusChange): TransactItem => {
    const entry = { kind: 'sub', value: sub, issuedAtOrBefore: tokenCutAt(Math.floor(nowMs / 1000)) } as const;
    return revocationPut({ table: tables.revocations, entry, nowMs, ...lifetime });
  };

  return {
    create: ({ account, event }) => commit(newAccountPuts(tables.accounts, account), event),
    disable: (change) => commit([disabling(tables.accounts, change), revocation(change)], change.event),
    enable: (change) => commit([enabling(tables.accounts, change)], change.event),
    async *list() {
      const pages = paginateScan(
        { client },
        {
          TableName: tables.accounts,
          ConsistentRead: true,
          FilterExpression: 'begins_with(pk, :prefix)',
          ExpressionAttributeValues: { ':prefix': accountKey('') },
        },
      );
      try {
        for await (const page of pages) for (const item of page.Items ?? []) yield accountFromItem(item);
      } catch (error) {
        throw unavailable(error);
      }
    },
  };
}

const statusName = { '#status': 'status' };

function disabling(table: string, { sub, nowMs }: AccountStatusChange): TransactItem {
  const now = Math.floor(nowMs / 1000);
  return {
    Update: {
      TableName: table,
      Key: { pk: accountKey(sub) },
      UpdateExpression:
        'SET #status = :disabled, session_epoch = session_epoch + :one, token_cut = :cut, updated_at = :now',
      ConditionExpression: '#status = :active',
      ExpressionAttributeNames: statusName,
      ExpressionAttributeValues: {
        ':disabled': 'disabled',
        ':active': 'active',
        ':one': 1,
        ':cut': tokenCutAt(now),
        ':now': now,
      },
    },
  };
}

function enabling(table: string, { sub, nowMs }: AccountStatusChange): TransactItem {
  return {
    Update: {
      TableName: table,
      Key: { pk: accountKey(sub) },
      UpdateExpression: 'SET #status = :active, updated_at = :now',
      ConditionExpression: '#status = :disabled',
      ExpressionAttributeNames: statusName,
      ExpressionAttributeValues: { ':active': 'active', ':disabled': 'disabled', ':now': Math.floor(nowMs / 1000) },
    },
  };
}

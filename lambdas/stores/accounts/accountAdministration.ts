import { type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { AuditEvent } from '../../contract/auditEvents.ts';
import { type Account, tokenCutAt } from '../../core/accounts/account.ts';
import { unavailable } from '../../core/common/errors.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { type TransactItem, transact } from '../dynamo/transaction.ts';
import { accountFromItem, accountKey, newAccountPuts } from '../items/accountItems.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import type { RevocationLifetime } from '../items/revocationItems.ts';
import { revocationPut } from '../items/revocationItems.ts';

interface Change {
  readonly sub: string;
  readonly nowMs: number;
  readonly event: AuditEvent;
}

/** What an operator may do to accounts. Each change is one transaction with its event; none is made without it. */
export interface AccountAdministration {
  /** Makes an account and claims its address. @returns false, with nothing written, when the address is taken. */
  create(input: { readonly account: Account; readonly event: AuditEvent }): Promise<boolean>;
  /**
   * Disables an active account, raises its session epoch and revokes the access tokens issued until now.
   *
   * @returns false, with nothing written, when there is no such active account.
   */
  disable(input: Change): Promise<boolean>;
  /** @returns false, with nothing written, when there is no such disabled account. */
  enable(input: Change): Promise<boolean>;
  /** Every account, in no order; a consistent scan, in which one that comes or goes meanwhile may be missed. */
  list(): AsyncIterable<Account>;
}

export function createAccountAdministration(deps: {
  client: DynamoDBDocumentClient;
  tables: Pick<TableNames, 'accounts' | 'revocations' | 'auditOutbox'>;
  lifetime: RevocationLifetime;
}): AccountAdministration {
  const { client, tables, lifetime } = deps;

  const commit = async (items: TransactItem[], event: AuditEvent): Promise<boolean> =>
    (await transact(client, [...items, auditEventPut(tables.auditOutbox, event)])).committed;

  const revocation = ({ sub, nowMs }: Change): TransactItem => {
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

function disabling(table: string, { sub, nowMs }: Change): TransactItem {
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

function enabling(table: string, { sub, nowMs }: Change): TransactItem {
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

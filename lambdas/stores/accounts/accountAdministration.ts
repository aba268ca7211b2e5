import { type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { Account } from '../../core/accounts/account.ts';
import type { AccountAdministration } from '../../core/accounts/ports.ts';
import { ProblemError } from '../../core/common/errors.ts';
import { type Item, itemsOf } from '../dynamo/reads.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { commit } from '../dynamo/transaction.ts';
import { accountFromItem, accountKey } from '../items/accountItems.ts';
import { accountIsActive, accountIsDisabled, accountUpdate, newAccountPuts } from '../items/accountWrites.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import type { RevocationLifetime } from '../items/revocationItems.ts';
import { shutOut } from '../items/shutOut.ts';

export function createAccountAdministration(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'accounts' | 'revocations' | 'auditOutbox'>;
  readonly lifetime: RevocationLifetime;
}): AccountAdministration {
  const { client, tables, lifetime } = deps;
  return {
    create: ({ account, event }) =>
      commit(client, [...newAccountPuts(tables.accounts, account), auditEventPut(tables.auditOutbox, event)]),
    disable: ({ sub, nowMs, event }) =>
      shutOut(
        client,
        tables,
        { sub, nowMs, lifetime },
        { set: { status: 'disabled', updated_at: Math.floor(nowMs / 1000) }, onlyWhile: [accountIsActive] },
        [auditEventPut(tables.auditOutbox, event)],
      ),
    enable: ({ sub, nowMs, event }) =>
      commit(client, [
        accountUpdate(tables.accounts, sub, {
          set: { status: 'active', updated_at: Math.floor(nowMs / 1000) },
          onlyWhile: [accountIsDisabled],
        }),
        auditEventPut(tables.auditOutbox, event),
      ]),
    async *list(unreadable) {
      const pages = paginateScan(
        { client },
        {
          TableName: tables.accounts,
          ConsistentRead: true,
          FilterExpression: 'begins_with(pk, :prefix)',
          ExpressionAttributeValues: { ':prefix': accountKey('') },
        },
      );
      for await (const item of itemsOf(pages)) {
        const account = readable(item);
        if (account) yield account;
        else unreadable(`${item['pk']}`.slice(accountKey('').length));
      }
    },
  };
}

function readable(item: Item): Account | undefined {
  try {
    return accountFromItem(item);
  } catch (error) {
    if (error instanceof ProblemError) return undefined;
    throw error;
  }
}

import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { AccountErasure } from '../../core/accounts/ports.ts';
import { unavailable } from '../../core/common/errors.ts';
import { readItem } from '../dynamo/reads.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { commit } from '../dynamo/transaction.ts';
import { deleteItem } from '../dynamo/writes.ts';
import { formerAddressesKey } from '../items/accountItems.ts';
import { accountDeletes, accountIsKept } from '../items/accountWrites.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { formerAddressesFromItem, formerAddressesRemoval, reservedEmailRemoval } from '../items/emailItems.ts';
import { erasurePut, erasureRemoval } from '../items/erasureItems.ts';
import { mailedGrantRemoval } from '../items/mailedGrantItems.ts';
import { mailJobPut } from '../items/mailOutboxItems.ts';
import type { RevocationLifetime } from '../items/revocationItems.ts';
import { activeSession } from '../items/sessionWrites.ts';
import { allTokensCut, shutOut } from '../items/shutOut.ts';
import { enrolmentRemoval } from '../items/totpEnrolmentItems.ts';

export function createAccountErasure(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'accounts' | 'sessions' | 'grants' | 'revocations' | 'mailOutbox' | 'auditOutbox'>;
  readonly lifetime: RevocationLifetime;
}): AccountErasure {
  const { client, tables, lifetime } = deps;
  return {
    begin: ({ erasure, sid, nowMs, event }) =>
      shutOut(
        client,
        tables,
        { sub: erasure.sub, nowMs, lifetime },
        { set: { status: 'deleting', updated_at: Math.floor(nowMs / 1000) }, onlyWhile: [accountIsKept] },
        [
          ...(sid === undefined ? [] : [activeSession(tables.sessions, { sub: erasure.sub, sid })]),
          erasurePut(tables.grants, erasure, nowMs),
          auditEventPut(tables.auditOutbox, event),
        ],
      ),
    async finish({ account, nowMs, event, notice }) {
      const { sub } = account;
      await freeFormerAddresses(client, tables.accounts, sub);
      return commit(client, [
        ...accountDeletes(tables.accounts, account),
        formerAddressesRemoval(tables.accounts, sub),
        mailedGrantRemoval(tables.grants, { purpose: 'reset', sub }),
        mailedGrantRemoval(tables.grants, { purpose: 'email-change', sub }),
        enrolmentRemoval(tables.grants, sub),
        erasureRemoval(tables.grants, sub),
        allTokensCut(tables.revocations, { account, nowMs, lifetime }),
        auditEventPut(tables.auditOutbox, event),
        mailJobPut(tables.mailOutbox, { job: notice, nowMs }),
      ]);
    },
  };
}

/** Frees the addresses that are reserved for an account. Each stands by itself, and may be free already. */
async function freeFormerAddresses(client: DynamoDBDocumentClient, table: string, sub: string): Promise<void> {
  const item = await readItem(client, { table, key: { pk: formerAddressesKey(sub) } });
  for (const { email } of formerAddressesFromItem(item)) {
    try {
      await deleteItem(client, reservedEmailRemoval(table, { sub, normalizedEmail: email }));
    } catch (error) {
      if (!(error instanceof ConditionalCheckFailedException)) throw unavailable(error);
    }
  }
}

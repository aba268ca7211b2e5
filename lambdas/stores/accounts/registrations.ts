import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Registrations } from '../../core/accounts/ports.ts';
import { onlyWhile } from '../dynamo/expressions.ts';
import { readItem } from '../dynamo/reads.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { commit, type TransactItem, transact } from '../dynamo/transaction.ts';
import { pendingKey } from '../items/accountItems.ts';
import { newAccountPuts } from '../items/accountWrites.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { devicePut } from '../items/deviceItems.ts';
import { keptLinkOf, keptLinkPut, mailedLinkItem } from '../items/keptLinkItems.ts';
import { tokenIsGood } from '../items/mailedGrantItems.ts';
import { mailJobPut } from '../items/mailOutboxItems.ts';
import { sessionPut } from '../items/sessionWrites.ts';

export function createRegistrations(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'accounts' | 'sessions' | 'devices' | 'mailOutbox' | 'auditOutbox'>;
}): Registrations {
  const { client, tables } = deps;
  return {
    async kept(pendingId) {
      return keptLinkOf(await readItem(client, { table: tables.accounts, key: { pk: pendingKey(pendingId) } }));
    },
    async request({ pendingId, job, ...mailed }) {
      await transact(client, [
        keptLinkPut(tables.accounts, pendingKey(pendingId), mailed),
        mailJobPut(tables.mailOutbox, { job, nowMs: mailed.nowMs }),
      ]);
    },
    async isPending({ pendingId, tokenHash }) {
      const item = await readItem(client, { table: tables.accounts, key: { pk: pendingKey(pendingId) } });
      return mailedLinkItem(item)?.token_hash === tokenHash;
    },
    complete: ({ pendingId, tokenHash, now, account, started, events }) =>
      commit(client, [
        pendingUse(tables.accounts, { pendingId, tokenHash, now }),
        ...newAccountPuts(tables.accounts, account),
        ...(started ? [sessionPut(tables.sessions, started.session)] : []),
        ...(started?.pair ? [devicePut(tables.devices, started.pair)] : []),
        ...events.map((event) => auditEventPut(tables.auditOutbox, event)),
      ]),
  };
}

/** Uses a pending registration up, on condition that the token is the newest one and has not expired. */
function pendingUse(
  table: string,
  pending: { readonly pendingId: string; readonly tokenHash: string; readonly now: number },
): TransactItem {
  return {
    Delete: { TableName: table, Key: { pk: pendingKey(pending.pendingId) }, ...onlyWhile([tokenIsGood(pending)]) },
  };
}

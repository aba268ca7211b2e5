import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { AccountErasure } from '../../core/accounts/ports.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { commit } from '../dynamo/transaction.ts';
import { accountDeletes, accountIsKept } from '../items/accountWrites.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { erasurePut, erasureRemoval } from '../items/erasureItems.ts';
import { mailedGrantRemoval } from '../items/mailedGrantItems.ts';
import { mailJobPut } from '../items/mailOutboxItems.ts';
import type { RevocationLifetime } from '../items/revocationItems.ts';
import { allTokensCut, shutOut } from '../items/shutOut.ts';
import { enrolmentRemoval } from '../items/totpEnrolmentItems.ts';

export function createAccountErasure(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'accounts' | 'grants' | 'revocations' | 'mailOutbox' | 'auditOutbox'>;
  readonly lifetime: RevocationLifetime;
}): AccountErasure {
  const { client, tables, lifetime } = deps;
  return {
    begin: ({ erasure, nowMs, event }) =>
      shutOut(
        client,
        tables,
        { sub: erasure.sub, nowMs, lifetime },
        { set: { status: 'deleting', updated_at: Math.floor(nowMs / 1000) }, onlyWhile: [accountIsKept] },
        [erasurePut(tables.grants, erasure), auditEventPut(tables.auditOutbox, event)],
      ),
    finish({ account, nowMs, event, notice }) {
      const { sub } = account;
      return commit(client, [
        ...accountDeletes(tables.accounts, account),
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

import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Account } from '../../core/accounts/account.ts';
import type { PasswordChanges } from '../../core/passwords/ports.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { type TransactItem, transact } from '../dynamo/transaction.ts';
import { accountKey } from '../items/accountItems.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { mailedGrantRemoval } from '../items/mailedGrantItems.ts';
import { mailJobPut } from '../items/mailOutboxItems.ts';
import type { RevocationLifetime } from '../items/revocationItems.ts';
import { revocationPut } from '../items/revocationItems.ts';
import { activeSession, sessionRevocation } from '../items/sessionItems.ts';

/** How many sessions one change can end: each takes two of a transaction's hundred items. */
const mostSessionsEnded = 40;

export function createPasswordChanges(deps: {
  client: DynamoDBDocumentClient;
  tables: Pick<TableNames, 'accounts' | 'sessions' | 'grants' | 'revocations' | 'mailOutbox' | 'auditOutbox'>;
  lifetime: RevocationLifetime;
}): PasswordChanges {
  const { client, tables, lifetime } = deps;
  return {
    mostSessionsEnded,
    async change({ account, sid: ownSid, passwordHash, endSids, nowMs, event, notice }) {
      const { sub } = account;
      const outcome = await transact(client, [
        passwordUpdate(tables.accounts, account, { passwordHash, now: Math.floor(nowMs / 1000) }),
        activeSession(tables.sessions, { sub, sid: ownSid }),
        mailedGrantRemoval(tables.grants, { purpose: 'reset', sub }),
        auditEventPut(tables.auditOutbox, event),
        mailJobPut({ table: tables.mailOutbox, job: notice, nowMs }),
        ...endSids.flatMap((sid) => [
          sessionRevocation(tables.sessions, { sub, sid }),
          revocationPut({ table: tables.revocations, entry: { kind: 'sid', value: sid }, nowMs, ...lifetime }),
        ]),
      ]);
      if (outcome.committed) return 'changed';
      const failed = new Set(outcome.failed.map(({ index }) => index));
      if (failed.has(0)) return 'changed_meanwhile';
      return failed.has(1) ? 'own_session_ended' : 'session_ended';
    },
  };
}

function passwordUpdate(
  table: string,
  { sub, passwordHash: old, sessionEpoch, credentialsChangedAt }: Account,
  { passwordHash, now }: { readonly passwordHash: string; readonly now: number },
): TransactItem {
  return {
    Update: {
      TableName: table,
      Key: { pk: accountKey(sub) },
      UpdateExpression: 'SET password_hash = :new, credentials_changed_at = :changed, updated_at = :now',
      ConditionExpression: '#status = :active AND password_hash = :old AND session_epoch = :epoch',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':new': passwordHash,
        ':old': old,
        ':epoch': sessionEpoch,
        ':changed': Math.max(now, credentialsChangedAt + 1),
        ':now': now,
        ':active': 'active',
      },
    },
  };
}

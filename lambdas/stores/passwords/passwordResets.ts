import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { type Account, tokenCutAt } from '../../core/accounts/account.ts';
import type { PasswordResets } from '../../core/passwords/ports.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { type TransactItem, transact } from '../dynamo/transaction.ts';
import { accountKey } from '../items/accountItems.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { isGranted, mailedGrantPut, mailedGrantUse } from '../items/mailedGrantItems.ts';
import { mailJobPut } from '../items/mailOutboxItems.ts';
import type { RevocationLifetime } from '../items/revocationItems.ts';
import { revocationPut } from '../items/revocationItems.ts';

export function createPasswordResets(deps: {
  client: DynamoDBDocumentClient;
  tables: Pick<TableNames, 'accounts' | 'grants' | 'revocations' | 'mailOutbox' | 'auditOutbox'>;
  lifetime: RevocationLifetime;
}): PasswordResets {
  const { client, tables, lifetime } = deps;
  return {
    async request({ sub, tokenHash, expiresAt, job, nowMs }) {
      await transact(client, [
        mailedGrantPut(tables.grants, { purpose: 'reset', sub, tokenHash, expiresAt }),
        mailJobPut({ table: tables.mailOutbox, job, nowMs }),
      ]);
    },
    isPending: ({ sub, tokenHash }) =>
      isGranted({ client, table: tables.grants }, { purpose: 'reset', sub, tokenHash }),
    async complete({ account, tokenHash, passwordHash, nowMs, event, notice }) {
      const now = Math.floor(nowMs / 1000);
      const { sub } = account;
      const cut = tokenCutAt(now);
      const outcome = await transact(client, [
        mailedGrantUse(tables.grants, { purpose: 'reset', sub, tokenHash, now }),
        passwordReset(tables.accounts, account, { passwordHash, now, cut }),
        revocationPut({
          table: tables.revocations,
          entry: { kind: 'sub', value: sub, issuedAtOrBefore: cut },
          nowMs,
          ...lifetime,
        }),
        auditEventPut(tables.auditOutbox, event),
        mailJobPut({ table: tables.mailOutbox, job: notice, nowMs }),
      ]);
      return outcome.committed;
    },
  };
}

function passwordReset(
  table: string,
  { sub, normalizedEmail, credentialsChangedAt }: Account,
  { passwordHash, now, cut }: { readonly passwordHash: string; readonly now: number; readonly cut: number },
): TransactItem {
  return {
    Update: {
      TableName: table,
      Key: { pk: accountKey(sub) },
      UpdateExpression:
        'SET password_hash = :hash, email_verified = :true, session_epoch = session_epoch + :one, token_cut = :cut, ' +
        'credentials_changed_at = :changed, updated_at = :now',
      ConditionExpression: '#status = :active AND normalized_email = :email',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':hash': passwordHash,
        ':true': true,
        ':one': 1,
        ':cut': cut,
        ':changed': Math.max(now, credentialsChangedAt + 1),
        ':now': now,
        ':active': 'active',
        ':email': normalizedEmail,
      },
    },
  };
}

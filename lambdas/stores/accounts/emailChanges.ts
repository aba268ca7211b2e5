import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterCredentialsChange } from '../../core/accounts/account.ts';
import type { EmailChangeRequests, EmailChanges } from '../../core/accounts/ports.ts';
import { readItem } from '../dynamo/reads.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { commit } from '../dynamo/transaction.ts';
import { accountAsRead, accountCheck, accountHasEmail, accountUpdate, emailMove } from '../items/accountWrites.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { grantKey } from '../items/grantItems.ts';
import { isGranted, mailedGrantPut, mailedGrantUse } from '../items/mailedGrantItems.ts';
import { mailJobPut } from '../items/mailOutboxItems.ts';
import { activeSession } from '../items/sessionWrites.ts';

export function createEmailChangeRequests(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'accounts' | 'sessions' | 'grants' | 'mailOutbox' | 'auditOutbox'>;
}): EmailChangeRequests {
  const { client, tables } = deps;
  return {
    request: ({ account, sid, sub, tokenHash, expiresAt, jobs, nowMs, event }) =>
      commit(client, [
        accountCheck(tables.accounts, account.sub, accountAsRead(account)),
        activeSession(tables.sessions, { sub: account.sub, sid }),
        mailedGrantPut(tables.grants, { purpose: 'email-change', sub, tokenHash, expiresAt, account }),
        auditEventPut(tables.auditOutbox, event),
        ...jobs.map((job) => mailJobPut(tables.mailOutbox, { job, nowMs })),
      ]),
  };
}

export function createEmailChanges(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'accounts' | 'grants' | 'mailOutbox' | 'auditOutbox'>;
}): EmailChanges {
  const { client, tables } = deps;
  return {
    async isPending({ account, tokenHash }) {
      const key = { pk: grantKey('email-change', account.sub) };
      return isGranted(await readItem(client, { table: tables.grants, key }), { tokenHash, account });
    },
    complete({ account, newEmail, tokenHash, nowMs, event, notice }) {
      const now = Math.floor(nowMs / 1000);
      const { sub } = account;
      return commit(client, [
        mailedGrantUse(tables.grants, { purpose: 'email-change', sub, tokenHash, now, account }),
        ...emailMove(tables.accounts, account, newEmail),
        accountUpdate(tables.accounts, sub, {
          set: {
            email: newEmail,
            normalized_email: newEmail,
            email_verified: true,
            credentials_changed_at: afterCredentialsChange(account, now),
            updated_at: now,
          },
          onlyWhile: [...accountAsRead(account), accountHasEmail(account.normalizedEmail)],
        }),
        auditEventPut(tables.auditOutbox, event),
        mailJobPut(tables.mailOutbox, { job: notice, nowMs }),
      ]);
    },
  };
}

import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterCredentialsChange } from '../../core/accounts/account.ts';
import type { PasswordResets } from '../../core/passwords/ports.ts';
import { readItem } from '../dynamo/reads.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { transact } from '../dynamo/transaction.ts';
import { accountHasEmail, accountIsActive, credentialsUnchanged } from '../items/accountWrites.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { emailCredentials } from '../items/emailItems.ts';
import { grantKey } from '../items/grantItems.ts';
import { keptLinkOf, keptLinkPut } from '../items/keptLinkItems.ts';
import { grantedTo, mailedGrantUse } from '../items/mailedGrantItems.ts';
import { mailJobPut } from '../items/mailOutboxItems.ts';
import type { RevocationLifetime } from '../items/revocationItems.ts';
import { shutOut } from '../items/shutOut.ts';

export function createPasswordResets(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'accounts' | 'grants' | 'revocations' | 'mailOutbox' | 'auditOutbox'>;
  readonly lifetime: RevocationLifetime;
}): PasswordResets {
  const { client, tables, lifetime } = deps;
  return {
    async kept(sub) {
      return keptLinkOf(await readItem(client, { table: tables.grants, key: { pk: grantKey('reset', sub) } }));
    },
    async request({ sub, job, ...mailed }) {
      await transact(client, [
        keptLinkPut(tables.grants, grantKey('reset', sub), mailed),
        mailJobPut(tables.mailOutbox, { job, nowMs: mailed.nowMs }),
      ]);
    },
    async isPending({ sub, tokenHash }) {
      const item = await readItem(client, { table: tables.grants, key: { pk: grantKey('reset', sub) } });
      return grantedTo(item, { tokenHash }) !== undefined;
    },
    complete({ account, tokenHash, passwordHash, nowMs, event, notice }) {
      const now = Math.floor(nowMs / 1000);
      const { sub } = account;
      const since = afterCredentialsChange(account, now);
      const set = {
        password_hash: passwordHash,
        email_verified: true,
        credentials_changed_at: since,
        updated_at: now,
      };
      const onlyWhile = [
        accountIsActive,
        accountHasEmail(account.normalizedEmail),
        credentialsUnchanged(account.credentialsChangedAt),
      ];
      return shutOut(client, tables, { sub, nowMs, lifetime }, { set, onlyWhile }, [
        mailedGrantUse(tables.grants, { purpose: 'reset', sub, tokenHash, now }),
        emailCredentials(tables.accounts, { ...account, credentialsChangedAt: since }),
        auditEventPut(tables.auditOutbox, event),
        mailJobPut(tables.mailOutbox, { job: notice, nowMs }),
      ]);
    },
  };
}

import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { afterCredentialsChange } from '../../core/accounts/account.ts';
import type { FactorAdministration } from '../../core/factors/ports.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { accountIsKept, accountIsOfEpoch, credentialsUnchanged } from '../items/accountWrites.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { emailCredentials } from '../items/emailItems.ts';
import { factorDelete, factorSetUpdate } from '../items/factorItems.ts';
import { mailJobPut } from '../items/mailOutboxItems.ts';
import type { RevocationLifetime } from '../items/revocationItems.ts';
import { shutOut } from '../items/shutOut.ts';

export function createFactorAdministration(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'accounts' | 'factors' | 'revocations' | 'auditOutbox' | 'mailOutbox'>;
  readonly lifetime: RevocationLifetime;
}): FactorAdministration {
  const { client, tables, lifetime } = deps;
  return {
    remove({ account, id, revision, methods, nowMs, event, job }) {
      const { sub } = account;
      const now = Math.floor(nowMs / 1000);
      const since = afterCredentialsChange(account, now);
      const change = {
        set: { factor_methods: [...methods], credentials_changed_at: since, updated_at: now },
        onlyWhile: [
          accountIsKept,
          accountIsOfEpoch(account.sessionEpoch),
          credentialsUnchanged(account.credentialsChangedAt),
        ],
      };
      return shutOut(client, tables, { sub, nowMs, lifetime }, change, [
        factorDelete(tables.factors, { sub, id }),
        factorSetUpdate(tables.factors, { sub, revision, since, recoveryCodes: [] }),
        emailCredentials(tables.accounts, { ...account, credentialsChangedAt: since }),
        auditEventPut(tables.auditOutbox, event),
        mailJobPut(tables.mailOutbox, { job, nowMs }),
      ]);
    },
  };
}

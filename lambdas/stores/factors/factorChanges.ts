import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { AuditEvent } from '../../contract/auditEvents.ts';
import { afterCredentialsChange } from '../../core/accounts/account.ts';
import type { FactorChanges, FactorSetChange } from '../../core/factors/ports.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { commit, type TransactItem } from '../dynamo/transaction.ts';
import { accountAsRead, accountUpdate } from '../items/accountWrites.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { factorDelete, factorPut, factorRename, factorSetUpdate } from '../items/factorItems.ts';
import { singleUse } from '../items/grantItems.ts';
import { mailJobPut } from '../items/mailOutboxItems.ts';
import { enrolmentUse } from '../items/totpEnrolmentItems.ts';

/** @throws ProblemError `unavailable`. */
export function createFactorChanges(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'accounts' | 'factors' | 'grants' | 'auditOutbox' | 'mailOutbox'>;
}): FactorChanges {
  const { client, tables } = deps;

  const recorded = (items: readonly TransactItem[], events: readonly AuditEvent[]): Promise<boolean> =>
    commit(client, [...items, ...events.map((event) => auditEventPut(tables.auditOutbox, event))]);
  const consequences = (change: FactorSetChange): TransactItem[] => [
    methodsUpdate(tables.accounts, change),
    mailJobPut(tables.mailOutbox, change),
  ];

  return {
    add: (change) => {
      const { factor, enrolledBy, events, nowMs } = change;
      const enrolment =
        'totp' in enrolledBy
          ? enrolmentUse(tables.grants, { sub: change.sub, id: enrolledBy.totp, nowMs })
          : singleUse(tables.grants, enrolledBy.challenge);
      const set = factorSetUpdate(tables.factors, change);
      return recorded([factorPut(tables.factors, factor), set, enrolment, ...consequences(change)], events);
    },
    remove: (change) => {
      const set = { ...change, ...(change.methods.length === 0 && { recoveryCodes: [] }) };
      const items = [factorDelete(tables.factors, change), factorSetUpdate(tables.factors, set)];
      return recorded([...items, ...consequences(change)], change.events);
    },
    rename: ({ sub, id, name, event }) => recorded([factorRename(tables.factors, { sub, id, name })], [event]),
    replaceRecoveryCodes: async (change) =>
      change.methods.length > 0 &&
      recorded([factorSetUpdate(tables.factors, change), ...consequences(change)], change.events),
  };
}

/**
 * A change of the credentials makes every device an unknown one. A sign-in that is under way notices the change, even
 * within the same second (see `afterCredentialsChange`).
 */
function methodsUpdate(table: string, change: FactorSetChange): TransactItem {
  const now = Math.floor(change.nowMs / 1000);
  return accountUpdate(table, change.sub, {
    set: {
      factor_methods: [...change.methods],
      credentials_changed_at: afterCredentialsChange(change, now),
      updated_at: now,
    },
    onlyWhile: accountAsRead(change),
  });
}

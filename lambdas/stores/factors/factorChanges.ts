import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { FactorChanges, FactorSetChange } from '../../core/factors/ports.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { type TransactItem, transact } from '../dynamo/transaction.ts';
import { accountKey, credentialsUnchanged } from '../items/accountItems.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { factorDelete, factorPut, factorSetUpdate } from '../items/factorItems.ts';
import { singleUse } from '../items/grantItems.ts';
import { mailJobPut } from '../items/mailOutboxItems.ts';
import { enrolmentUse } from '../items/totpEnrolmentItems.ts';

/** @throws ProblemError `unavailable`. */
export function createFactorChanges(deps: {
  client: DynamoDBDocumentClient;
  tables: Pick<TableNames, 'accounts' | 'factors' | 'grants' | 'auditOutbox' | 'mailOutbox'>;
}): FactorChanges {
  const { client, tables } = deps;

  const commit = async (items: readonly TransactItem[], events: readonly AuditEvent[]): Promise<boolean> => {
    const outcome = await transact(client, [
      ...items,
      ...events.map((event) => auditEventPut(tables.auditOutbox, event)),
    ]);
    return outcome.committed;
  };
  const consequences = (change: FactorSetChange): TransactItem[] => [
    methodsUpdate(tables.accounts, change),
    mailJobPut({ table: tables.mailOutbox, job: change.job, nowMs: change.nowMs }),
  ];

  return {
    add: (change) => {
      const { factor, enrolledBy, events, nowMs } = change;
      const enrolment =
        'totp' in enrolledBy
          ? enrolmentUse(tables.grants, { sub: change.sub, id: enrolledBy.totp, nowMs })
          : singleUse(tables.grants, enrolledBy.challenge);
      const set = factorSetUpdate(tables.factors, change);
      return commit([factorPut(tables.factors, factor), set, enrolment, ...consequences(change)], events);
    },
    remove: (change) => {
      const set = { ...change, ...(change.methods.length === 0 && { recoveryCodes: [] }) };
      const items = [factorDelete(tables.factors, change), factorSetUpdate(tables.factors, set)];
      return commit([...items, ...consequences(change)], change.events);
    },
    rename: ({ sub, id, name, event }) =>
      commit(
        [
          {
            Update: {
              TableName: tables.factors,
              Key: { sub, id },
              UpdateExpression: 'SET #name = :name',
              ConditionExpression: 'attribute_exists(id)',
              ExpressionAttributeNames: { '#name': 'name' },
              ExpressionAttributeValues: { ':name': name },
            },
          },
        ],
        [event],
      ),
    replaceRecoveryCodes: async (change) =>
      change.methods.length > 0 &&
      commit([factorSetUpdate(tables.factors, change), ...consequences(change)], change.events),
  };
}

/**
 * A change of the credentials makes every device an unknown one. A sign-in that is under way notices the change, even
 * within the same second (see `Account.credentialsChangedAt`).
 */
function methodsUpdate(
  table: string,
  { sub, sessionEpoch, credentialsChangedAt, methods, nowMs }: FactorSetChange,
): TransactItem {
  const now = Math.floor(nowMs / 1000);
  return {
    Update: {
      TableName: table,
      Key: { pk: accountKey(sub) },
      UpdateExpression: 'SET factor_methods = :methods, credentials_changed_at = :changed, updated_at = :now',
      ConditionExpression: `#status = :active AND session_epoch = :epoch AND ${credentialsUnchanged(credentialsChangedAt)}`,
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':methods': [...methods],
        ':changed': Math.max(now, credentialsChangedAt + 1),
        ':seen': credentialsChangedAt,
        ':epoch': sessionEpoch,
        ':now': now,
        ':active': 'active',
      },
    },
  };
}

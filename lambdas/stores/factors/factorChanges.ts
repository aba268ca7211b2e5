import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { FactorMethod } from '../../core/accounts/account.ts';
import type { Factor } from '../../core/factors/factor.ts';
import type { MailJob } from '../../core/mail/mailJob.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { type TransactItem, transact } from '../dynamo/transaction.ts';
import { accountKey, credentialsUnchanged } from '../items/accountItems.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { factorDelete, factorPut, factorSetUpdate } from '../items/factorItems.ts';
import { type SingleUse, singleUse } from '../items/grantItems.ts';
import { mailJobPut } from '../items/mailOutboxItems.ts';
import { enrolmentUse } from '../items/totpEnrolmentItems.ts';

/** A change of the set of factors that was read at `revision`. */
interface SetChange {
  readonly sub: string;
  /** Of the account as it was read: whom a sign-out everywhere has shut out meanwhile changes nothing. */
  readonly sessionEpoch: number;
  readonly credentialsChangedAt: number;
  readonly revision: number;
  /** The kinds there are after it. */
  readonly methods: readonly FactorMethod[];
  readonly nowMs: number;
  readonly events: readonly AuditEvent[];
  readonly job: MailJob;
}

/**
 * Changes of a subject's factors. Each is one transaction of the factor, the set's revision, the account's
 * `factor_methods` (which decides whether a password signs in alone), its events and the notice.
 */
export interface FactorChanges {
  /**
   * Adds a factor, and uses up what it was enrolled by: the enrolment of an authenticator app, or a challenge.
   *
   * @returns false, with nothing written, when the set or the account has changed, or the enrolment is used up.
   */
  add(
    change: SetChange & {
      readonly factor: Factor;
      readonly enrolledBy: { readonly totp: string } | { readonly challenge: SingleUse };
      readonly recoveryCodes?: readonly string[];
    },
  ): Promise<boolean>;
  /**
   * Removes a factor; with the last one the recovery codes go.
   *
   * @returns false, with nothing written, when the set or the account has changed.
   */
  remove(change: SetChange & { readonly id: string }): Promise<boolean>;
  /** @returns false, with nothing written, when there is no such factor. */
  rename(change: {
    readonly sub: string;
    readonly id: string;
    readonly name: string;
    readonly event: AuditEvent;
  }): Promise<boolean>;
  /**
   * Replaces the recovery codes.
   *
   * @returns false, with nothing written, when the set or the account has changed, or there is no factor.
   */
  replaceRecoveryCodes(change: SetChange & { readonly recoveryCodes: readonly string[] }): Promise<boolean>;
}

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
  const consequences = (change: SetChange): TransactItem[] => [
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
 * A change of what signs in makes every device an unknown one, and is seen by a sign-in that goes on meanwhile, also one of
 * the same second (see `Account.credentialsChangedAt`).
 */
function methodsUpdate(
  table: string,
  { sub, sessionEpoch, credentialsChangedAt, methods, nowMs }: SetChange,
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

import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { AuditEvent } from '../../contract/auditEvents.ts';
import { afterCredentialsChange } from '../../core/accounts/account.ts';
import { ProblemError } from '../../core/common/errors.ts';
import type { FactorChanges, FactorSetChange } from '../../core/factors/ports.ts';
import type { SessionKey } from '../../core/sessions/ports.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { type TransactItem, transact } from '../dynamo/transaction.ts';
import {
  accountAsRead,
  accountCheck,
  accountIsActive,
  accountIsOfEpoch,
  accountUpdate,
} from '../items/accountWrites.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { emailCredentials } from '../items/emailItems.ts';
import { factorDelete, factorPut, factorRename, factorSetUpdate } from '../items/factorItems.ts';
import { singleUse } from '../items/grantItems.ts';
import { mailJobPut } from '../items/mailOutboxItems.ts';
import { activeSession } from '../items/sessionWrites.ts';
import { enrolmentUse } from '../items/totpEnrolmentItems.ts';

/** @throws ProblemError `invalid_token` when the session that makes the change has ended; `unavailable`. */
export function createFactorChanges(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'accounts' | 'sessions' | 'factors' | 'grants' | 'auditOutbox' | 'mailOutbox'>;
}): FactorChanges {
  const { client, tables } = deps;

  /** @param lives holds while whoever makes the change may: the session, and its account where nothing else asks */
  const recordedWhile = async (
    lives: readonly TransactItem[],
    items: readonly TransactItem[],
    events: readonly AuditEvent[],
  ): Promise<boolean> => {
    const outcome = await transact(client, [
      ...lives,
      ...items,
      ...events.map((event) => auditEventPut(tables.auditOutbox, event)),
    ]);
    const ended = !outcome.committed && outcome.failed.some(({ index }) => index < lives.length);
    if (ended) throw new ProblemError('invalid_token');
    return outcome.committed;
  };
  const recorded = (by: SessionKey, items: readonly TransactItem[], events: readonly AuditEvent[]) =>
    recordedWhile([activeSession(tables.sessions, by)], items, events);
  const consequences = (change: FactorSetChange): TransactItem[] => [
    methodsUpdate(tables.accounts, change),
    emailCredentials(tables.accounts, { ...change, credentialsChangedAt: sinceOf(change) }),
    mailJobPut(tables.mailOutbox, change),
  ];

  return {
    add: (change) => {
      const { factor, enrolledBy, events, nowMs } = change;
      const enrolment =
        'totp' in enrolledBy
          ? enrolmentUse(tables.grants, { sub: change.sub, id: enrolledBy.totp, nowMs })
          : singleUse(tables.grants, enrolledBy.challenge);
      const since = sinceOf(change);
      const set = factorSetUpdate(tables.factors, { ...change, since });
      return recorded(
        change,
        [factorPut(tables.factors, factor, since), set, enrolment, ...consequences(change)],
        events,
      );
    },
    remove: (change) => {
      const set = { ...change, since: sinceOf(change), ...(change.methods.length === 0 && { recoveryCodes: [] }) };
      const items = [factorDelete(tables.factors, change), factorSetUpdate(tables.factors, set)];
      return recorded(change, [...items, ...consequences(change)], change.events);
    },
    rename: ({ sub, sid, sessionEpoch, id, name, event }) =>
      recordedWhile(
        [
          activeSession(tables.sessions, { sub, sid }),
          accountCheck(tables.accounts, sub, [accountIsActive, accountIsOfEpoch(sessionEpoch)]),
        ],
        [factorRename(tables.factors, { sub, id, name })],
        [event],
      ),
    replaceRecoveryCodes: async (change) => {
      if (change.methods.length === 0) return false;
      const set = factorSetUpdate(tables.factors, { ...change, since: sinceOf(change) });
      return recorded(change, [set, ...consequences(change)], change.events);
    },
  };
}

/**
 * A change of the credentials makes every device an unknown one. A sign-in that is under way notices the change, even
 * within the same second (see `afterCredentialsChange`).
 */
function methodsUpdate(table: string, change: FactorSetChange): TransactItem {
  return accountUpdate(table, change.sub, {
    set: {
      factor_methods: [...change.methods],
      credentials_changed_at: sinceOf(change),
      updated_at: Math.floor(change.nowMs / 1000),
    },
    onlyWhile: accountAsRead(change),
  });
}

/** The account's `credentialsChangedAt` that a change makes. */
function sinceOf(change: FactorSetChange): number {
  return afterCredentialsChange(change, Math.floor(change.nowMs / 1000));
}

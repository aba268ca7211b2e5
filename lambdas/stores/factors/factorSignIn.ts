import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { MailJob } from '../../core/mail/mailJob.ts';
import type { Session } from '../../core/sessions/session.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { type TransactItem, transact } from '../dynamo/transaction.ts';
import { accountInEpoch } from '../items/accountItems.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { type FactorUse, factorUse } from '../items/factorUseItems.ts';
import { type SingleUse, singleUse } from '../items/grantItems.ts';
import { mailJobPut } from '../items/mailOutboxItems.ts';
import { sessionPut, stepUpUpdate } from '../items/sessionItems.ts';

/** What a proof of a factor uses up, and what is told of it. */
export interface UsedUp {
  /** Undefined for a password. */
  readonly factor: FactorUse | undefined;
  readonly singleUses: readonly SingleUse[];
  readonly notices: readonly MailJob[];
}

export interface FactorSignIn {
  /**
   * Starts a session, uses up what proved the factor, and records it all, in one transaction, on condition that the account
   * is active, still in the session's epoch, and signs in by what it did when the factor was proven: of parallel uses of one code, challenge or token, one starts a session.
   *
   * @returns false, with nothing written, when any of it no longer holds.
   */
  start(input: {
    readonly session: Session;
    /** Of the account as it was read for the proof. */
    readonly credentialsChangedAt: number;
    readonly used: UsedUp;
    readonly events: readonly AuditEvent[];
    readonly nowMs: number;
  }): Promise<boolean>;
  /**
   * Gives a live session a fresh `auth_time` and what it was authenticated with, in one transaction with what proved it, on
   * condition that the account is as for `start`.
   *
   * @param input.session as it is to be
   * @returns false, with nothing written, when any of it no longer holds.
   */
  stepUp(input: {
    readonly session: Session;
    /** Of the account as it was read for the proof. */
    readonly credentialsChangedAt: number;
    readonly used: UsedUp;
    readonly events: readonly AuditEvent[];
    readonly nowMs: number;
  }): Promise<boolean>;
}

/** @throws ProblemError `unavailable`. */
export function createFactorSignIn(deps: {
  client: DynamoDBDocumentClient;
  tables: Pick<TableNames, 'accounts' | 'sessions' | 'factors' | 'grants' | 'auditOutbox' | 'mailOutbox'>;
}): FactorSignIn {
  const { client, tables } = deps;

  const commit = async (first: TransactItem, input: Parameters<FactorSignIn['start']>[0]): Promise<boolean> => {
    const { session, credentialsChangedAt, used, events, nowMs } = input;
    const outcome = await transact(client, [
      first,
      accountInEpoch(tables.accounts, session.sub, session.epoch, credentialsChangedAt),
      ...(used.factor ? [factorUse(tables.factors, session.sub, used.factor)] : []),
      ...used.singleUses.map((use) => singleUse(tables.grants, use)),
      ...events.map((event) => auditEventPut(tables.auditOutbox, event)),
      ...used.notices.map((job) => mailJobPut({ table: tables.mailOutbox, job, nowMs })),
    ]);
    return outcome.committed;
  };

  return {
    start: (input) => commit(sessionPut(tables.sessions, input.session), input),
    stepUp: (input) => commit(stepUpUpdate(tables.sessions, input.session, Math.floor(input.nowMs / 1000)), input),
  };
}

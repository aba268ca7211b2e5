import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { NoticeJob } from '../../core/mail/mailJob.ts';
import type { Session } from '../../core/sessions/session.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { transact } from '../dynamo/transaction.ts';
import { accountInEpoch } from '../items/accountItems.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { mailJobPut } from '../items/mailOutboxItems.ts';
import { sessionPut } from '../items/sessionItems.ts';

export interface SessionStarts {
  /**
   * Starts a session, records it, and asks for the notice to its owner, where there is one, in one transaction, on condition
   * that the account is active, still in the session's epoch, and signs in by what it did when the sign-in was proven.
   *
   * @returns false, with nothing written, when the account no longer holds.
   * @throws ProblemError `unavailable`.
   */
  start(input: {
    readonly session: Session;
    /** Of the account as it was read for the proof. */
    readonly credentialsChangedAt: number;
    readonly event: AuditEvent;
    readonly notice?: NoticeJob | undefined;
  }): Promise<boolean>;
}

export function createSessionStarts(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'accounts' | 'sessions' | 'auditOutbox' | 'mailOutbox'>;
}): SessionStarts {
  const { client, tables } = deps;
  return {
    async start({ session, credentialsChangedAt, event, notice }) {
      const outcome = await transact(client, [
        sessionPut(tables.sessions, session),
        accountInEpoch(tables.accounts, session.sub, session.epoch, credentialsChangedAt),
        auditEventPut(tables.auditOutbox, event),
        ...(notice ? [mailJobPut({ table: tables.mailOutbox, job: notice, nowMs: session.createdAt * 1000 })] : []),
      ]);
      return outcome.committed;
    },
  };
}

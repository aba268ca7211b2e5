import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { SessionStarts } from '../../core/sessions/ports.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { transact } from '../dynamo/transaction.ts';
import { accountInEpoch } from '../items/accountItems.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { mailJobPut } from '../items/mailOutboxItems.ts';
import { sessionPut } from '../items/sessionItems.ts';

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

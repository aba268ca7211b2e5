import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { SessionStarts } from '../../core/sessions/ports.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { transact } from '../dynamo/transaction.ts';
import { accountAsRead, accountCheck } from '../items/accountWrites.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { devicePut, startOutcome } from '../items/deviceItems.ts';
import { mailJobPut } from '../items/mailOutboxItems.ts';
import { sessionPut } from '../items/sessionWrites.ts';

export function createSessionStarts(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'accounts' | 'sessions' | 'devices' | 'auditOutbox' | 'mailOutbox'>;
}): SessionStarts {
  const { client, tables } = deps;
  return {
    async start({ session, pair, credentialsChangedAt, event, notice }) {
      const puts = pair ? [devicePut(tables.devices, pair)] : [];
      const outcome = await transact(client, [
        ...puts,
        sessionPut(tables.sessions, session),
        accountCheck(
          tables.accounts,
          session.sub,
          accountAsRead({ sessionEpoch: session.epoch, credentialsChangedAt }),
        ),
        auditEventPut(tables.auditOutbox, event),
        ...(notice ? [mailJobPut(tables.mailOutbox, { job: notice, nowMs: session.createdAt * 1000 })] : []),
      ]);
      return startOutcome(outcome, puts.length);
    },
  };
}

import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { RefreshRotation } from '../../core/sessions/ports.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { transact } from '../dynamo/transaction.ts';
import { accountCheck, accountIsActive, accountIsOfEpoch } from '../items/accountWrites.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { sessionFromItem } from '../items/sessionItems.ts';
import { rotationUpdate } from '../items/sessionWrites.ts';

export function createRefreshRotation(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'accounts' | 'sessions' | 'auditOutbox'>;
}): RefreshRotation {
  const { client, tables } = deps;
  return {
    async rotate(request) {
      const outcome = await transact(client, [
        rotationUpdate(tables.sessions, request),
        accountCheck(tables.accounts, request.sub, [accountIsActive, accountIsOfEpoch(request.epoch)]),
        auditEventPut(tables.auditOutbox, request.event),
      ]);
      if (outcome.committed) return { rotated: true };
      const sessionFailure = outcome.failed.find(({ index }) => index === 0);
      return {
        rotated: false,
        session: sessionFailure?.item && sessionFromItem(sessionFailure.item),
        accountHolds: outcome.failed.every(({ index }) => index !== 1),
      };
    },
  };
}

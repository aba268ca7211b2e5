import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { FactorSignIn } from '../../core/factors/ports.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { type TransactItem, transact } from '../dynamo/transaction.ts';
import { accountInEpoch } from '../items/accountItems.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { factorUse } from '../items/factorUseItems.ts';
import { singleUse } from '../items/grantItems.ts';
import { mailJobPut } from '../items/mailOutboxItems.ts';
import { sessionPut, stepUpUpdate } from '../items/sessionItems.ts';

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

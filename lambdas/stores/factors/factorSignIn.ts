import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { FactorSignIn, FactorSignInInput } from '../../core/factors/ports.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { commit, type TransactItem } from '../dynamo/transaction.ts';
import { accountAsRead, accountCheck } from '../items/accountWrites.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { devicePut } from '../items/deviceItems.ts';
import { factorUse } from '../items/factorUseItems.ts';
import { singleUse } from '../items/grantItems.ts';
import { mailJobPut } from '../items/mailOutboxItems.ts';
import { sessionPut, stepUpUpdate } from '../items/sessionWrites.ts';

/** @throws ProblemError `unavailable`. */
export function createFactorSignIn(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<
    TableNames,
    'accounts' | 'sessions' | 'devices' | 'factors' | 'grants' | 'auditOutbox' | 'mailOutbox'
  >;
}): FactorSignIn {
  const { client, tables } = deps;

  const proven = (first: readonly TransactItem[], input: FactorSignInInput): Promise<boolean> => {
    const { session, credentialsChangedAt, used, events, nowMs } = input;
    return commit(client, [
      ...first,
      accountCheck(tables.accounts, session.sub, accountAsRead({ sessionEpoch: session.epoch, credentialsChangedAt })),
      ...(used.factor ? [factorUse(tables.factors, session.sub, used.factor)] : []),
      ...used.singleUses.map((use) => singleUse(tables.grants, use)),
      ...events.map((event) => auditEventPut(tables.auditOutbox, event)),
      ...used.notices.map((job) => mailJobPut(tables.mailOutbox, { job, nowMs })),
    ]);
  };

  return {
    start: (input) =>
      proven([sessionPut(tables.sessions, input.session), devicePut(tables.devices, input.pair)], input),
    stepUp: (input) => proven([stepUpUpdate(tables.sessions, input.session, Math.floor(input.nowMs / 1000))], input),
  };
}

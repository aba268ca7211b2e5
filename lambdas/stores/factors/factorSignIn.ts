import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { FactorSignIn, FactorSignInInput } from '../../core/factors/ports.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { type TransactItem, type TransactOutcome, transact } from '../dynamo/transaction.ts';
import { accountAsRead, accountCheck } from '../items/accountWrites.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { devicePut, startOutcome } from '../items/deviceItems.ts';
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

  const proven = (first: readonly TransactItem[], input: FactorSignInInput): Promise<TransactOutcome> => {
    const { session, credentialsChangedAt, used, events, nowMs } = input;
    return transact(client, [
      ...first,
      accountCheck(tables.accounts, session.sub, accountAsRead({ sessionEpoch: session.epoch, credentialsChangedAt })),
      ...(used.factor ? [factorUse(tables.factors, session.sub, used.factor)] : []),
      ...used.singleUses.map((use) => singleUse(tables.grants, use)),
      ...events.map((event) => auditEventPut(tables.auditOutbox, event)),
      ...used.notices.map((job) => mailJobPut(tables.mailOutbox, { job, nowMs })),
    ]);
  };

  return {
    async start(input) {
      const puts = input.pair ? [devicePut(tables.devices, input.pair)] : [];
      return startOutcome(await proven([...puts, sessionPut(tables.sessions, input.session)], input), puts.length);
    },
    async stepUp(input) {
      const update = stepUpUpdate(tables.sessions, input.session, Math.floor(input.nowMs / 1000));
      return (await proven([update], input)).committed;
    },
  };
}

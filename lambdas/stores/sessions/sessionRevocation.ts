import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { SessionRevocation } from '../../core/sessions/ports.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { commit } from '../dynamo/transaction.ts';
import { accountCheck, accountExists, accountIsOfEpoch } from '../items/accountWrites.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { type RevocationLifetime, revocationPut } from '../items/revocationItems.ts';
import { sessionRevocation } from '../items/sessionWrites.ts';
import { shutOut } from '../items/shutOut.ts';

export function createSessionRevocation(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'accounts' | 'sessions' | 'revocations' | 'auditOutbox'>;
  readonly lifetime: RevocationLifetime;
}): SessionRevocation {
  const { client, tables, lifetime } = deps;
  return {
    revoke: ({ sub, sid, epoch, proof, nowMs, event }) =>
      commit(client, [
        sessionRevocation(tables.sessions, { sub, sid, proof, nowMs }),
        ...(epoch === undefined ? [] : [accountCheck(tables.accounts, sub, [accountIsOfEpoch(epoch)])]),
        revocationPut(tables.revocations, { entry: { kind: 'sid', value: sid }, nowMs, lifetime }),
        auditEventPut(tables.auditOutbox, event),
      ]),
    revokeEverywhere: ({ sub, epoch, nowMs, event }) =>
      shutOut(
        client,
        tables,
        { sub, nowMs, lifetime },
        { set: {}, onlyWhile: [epoch === undefined ? accountExists : accountIsOfEpoch(epoch)] },
        [auditEventPut(tables.auditOutbox, event)],
      ),
  };
}

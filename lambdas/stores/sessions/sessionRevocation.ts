import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { tokenCutAt } from '../../core/accounts/account.ts';
import type { SessionRevocation } from '../../core/sessions/ports.ts';
import type { RevocationEntry } from '../../core/tokens/revocationList.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { type TransactItem, transact } from '../dynamo/transaction.ts';
import { accountKey } from '../items/accountItems.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { type RevocationLifetime, revocationPut } from '../items/revocationItems.ts';
import { sessionRevocation } from '../items/sessionItems.ts';

export function createSessionRevocation(deps: {
  client: DynamoDBDocumentClient;
  tables: Pick<TableNames, 'accounts' | 'sessions' | 'revocations' | 'auditOutbox'>;
  lifetime: RevocationLifetime;
}): SessionRevocation {
  const { client, tables, lifetime } = deps;
  const revocation = (entry: RevocationEntry, nowMs: number) =>
    revocationPut({ table: tables.revocations, entry, nowMs, ...lifetime });
  return {
    async revoke({ sub, sid, proof, nowMs, event }) {
      const outcome = await transact(client, [
        sessionRevocation(tables.sessions, { sub, sid, proof }),
        revocation({ kind: 'sid', value: sid }, nowMs),
        auditEventPut(tables.auditOutbox, event),
      ]);
      return outcome.committed;
    },
    async revokeEverywhere({ sub, nowMs, event }) {
      const cut = tokenCutAt(Math.floor(nowMs / 1000));
      const outcome = await transact(client, [
        epochRaise(tables.accounts, sub, cut),
        revocation({ kind: 'sub', value: sub, issuedAtOrBefore: cut }, nowMs),
        auditEventPut(tables.auditOutbox, event),
      ]);
      return outcome.committed;
    },
  };
}

/** Raises the session epoch and the cut of an account that exists. */
function epochRaise(table: string, sub: string, cut: number): TransactItem {
  return {
    Update: {
      TableName: table,
      Key: { pk: accountKey(sub) },
      UpdateExpression: 'SET session_epoch = session_epoch + :one, token_cut = :cut',
      ConditionExpression: 'attribute_exists(pk)',
      ExpressionAttributeValues: { ':one': 1, ':cut': cut },
    },
  };
}

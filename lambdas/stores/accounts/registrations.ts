import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Registrations } from '../../core/accounts/ports.ts';
import { throwUnavailable } from '../../core/common/errors.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { type TransactItem, transact } from '../dynamo/transaction.ts';
import { newAccountPuts, pendingKey } from '../items/accountItems.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { mailJobPut } from '../items/mailOutboxItems.ts';
import { sessionPut } from '../items/sessionItems.ts';

export function createRegistrations(deps: {
  client: DynamoDBDocumentClient;
  tables: Pick<TableNames, 'accounts' | 'sessions' | 'mailOutbox' | 'auditOutbox'>;
}): Registrations {
  const { client, tables } = deps;
  return {
    async request({ pendingId, tokenHash, expiresAt, job, nowMs }) {
      await transact(client, [
        {
          Put: {
            TableName: tables.accounts,
            Item: {
              pk: pendingKey(pendingId),
              schema_version: 1,
              token_hash: tokenHash,
              expires_at: expiresAt,
              ttl: expiresAt,
            },
          },
        },
        mailJobPut({ table: tables.mailOutbox, job, nowMs }),
      ]);
    },
    async isPending({ pendingId, tokenHash }) {
      const { Item } = await client
        .send(new GetCommand({ TableName: tables.accounts, Key: { pk: pendingKey(pendingId) }, ConsistentRead: true }))
        .catch(throwUnavailable);
      return Item?.['token_hash'] === tokenHash;
    },
    async complete({ pendingId, tokenHash, now, account, session, events }) {
      const outcome = await transact(client, [
        pendingUse(tables.accounts, { pendingId, tokenHash, now }),
        ...newAccountPuts(tables.accounts, account),
        ...(session ? [sessionPut(tables.sessions, session)] : []),
        ...events.map((event) => auditEventPut(tables.auditOutbox, event)),
      ]);
      return outcome.committed;
    },
  };
}

function pendingUse(table: string, token: { pendingId: string; tokenHash: string; now: number }): TransactItem {
  return {
    Delete: {
      TableName: table,
      Key: { pk: pendingKey(token.pendingId) },
      ConditionExpression: 'token_hash = :hash AND expires_at > :now',
      ExpressionAttributeValues: { ':hash': token.tokenHash, ':now': token.now },
    },
  };
}

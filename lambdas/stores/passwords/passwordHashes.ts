import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { transact } from '../dynamo/transaction.ts';
import { accountKey } from '../items/accountItems.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';

export interface PasswordHashes {
  /**
   * Puts another hash of the same password in the place of one, and records it, in one transaction. Nothing else of the
   * account changes: sessions and devices stay.
   *
   * @returns false, with nothing written, when the account's hash is no longer the one that was verified.
   * @throws ProblemError `unavailable`.
   */
  replace(input: {
    readonly sub: string;
    readonly from: string;
    readonly to: string;
    readonly event: AuditEvent;
  }): Promise<boolean>;
}

export function createPasswordHashes(deps: {
  client: DynamoDBDocumentClient;
  tables: Pick<TableNames, 'accounts' | 'auditOutbox'>;
}): PasswordHashes {
  const { client, tables } = deps;
  return {
    async replace({ sub, from, to, event }) {
      const outcome = await transact(client, [
        {
          Update: {
            TableName: tables.accounts,
            Key: { pk: accountKey(sub) },
            UpdateExpression: 'SET password_hash = :to',
            ConditionExpression: 'password_hash = :from',
            ExpressionAttributeValues: { ':from': from, ':to': to },
          },
        },
        auditEventPut(tables.auditOutbox, event),
      ]);
      return outcome.committed;
    },
  };
}

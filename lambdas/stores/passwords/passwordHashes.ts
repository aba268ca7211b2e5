import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { PasswordHashes } from '../../core/passwords/ports.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { commit } from '../dynamo/transaction.ts';
import { accountHasPasswordHash, accountUpdate } from '../items/accountWrites.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';

export function createPasswordHashes(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'accounts' | 'auditOutbox'>;
}): PasswordHashes {
  const { client, tables } = deps;
  return {
    replace: ({ sub, from, to, event }) =>
      commit(client, [
        accountUpdate(tables.accounts, sub, { set: { password_hash: to }, onlyWhile: [accountHasPasswordHash(from)] }),
        auditEventPut(tables.auditOutbox, event),
      ]),
  };
}

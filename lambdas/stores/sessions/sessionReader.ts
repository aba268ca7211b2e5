import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { throwUnavailable, unavailable } from '../../core/common/errors.ts';
import type { SessionReader } from '../../core/sessions/ports.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { accountFromItem, accountKey } from '../items/accountItems.ts';
import { sessionFromItem } from '../items/sessionItems.ts';

/** @throws ProblemError `unavailable`. */
export function createSessionReader(deps: {
  client: DynamoDBDocumentClient;
  tables: Pick<TableNames, 'accounts' | 'sessions'>;
}): SessionReader {
  const { client, tables } = deps;
  return {
    async read({ sub, sid }) {
      const answer = await client
        .send(
          new BatchGetCommand({
            RequestItems: {
              [tables.sessions]: { Keys: [{ sub, sid }], ConsistentRead: true },
              [tables.accounts]: { Keys: [{ pk: accountKey(sub) }], ConsistentRead: true },
            },
          }),
        )
        .catch(throwUnavailable);
      if (Object.keys(answer.UnprocessedKeys ?? {}).length > 0) throw unavailable(new Error('unprocessed keys'));
      const session = answer.Responses?.[tables.sessions]?.[0];
      const account = answer.Responses?.[tables.accounts]?.[0];
      return {
        session: session && sessionFromItem(session),
        account: account && accountFromItem(account),
      };
    },
  };
}

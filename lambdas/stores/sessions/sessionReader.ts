import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { throwUnavailable, unavailable } from '../../core/common/errors.ts';
import type { ReadSession, SessionKey, SessionReader } from '../../core/sessions/ports.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { accountFromItem, accountKey } from '../items/accountItems.ts';
import { sessionFromItem } from '../items/sessionItems.ts';

/** @throws ProblemError `unavailable`. */
export function createSessionReader(deps: {
  client: DynamoDBDocumentClient;
  tables: Pick<TableNames, 'accounts' | 'sessions'>;
}): SessionReader {
  const { client, tables } = deps;
  const readEach = async (keys: readonly SessionKey[]): Promise<readonly ReadSession[]> => {
    // DynamoDB refuses a batch that names one item twice.
    const named = new Map(keys.map(({ sub, sid }) => [`${sub} ${sid}`, { sub, sid }]));
    const subs = new Set(keys.map(({ sub }) => sub));
    const answer = await client
      .send(
        new BatchGetCommand({
          RequestItems: {
            [tables.sessions]: { Keys: [...named.values()], ConsistentRead: true },
            [tables.accounts]: { Keys: [...subs].map((sub) => ({ pk: accountKey(sub) })), ConsistentRead: true },
          },
        }),
      )
      .catch(throwUnavailable);
    if (Object.keys(answer.UnprocessedKeys ?? {}).length > 0) throw unavailable(new Error('unprocessed keys'));
    const sessions = (answer.Responses?.[tables.sessions] ?? []).map(sessionFromItem);
    const accounts = (answer.Responses?.[tables.accounts] ?? []).map(accountFromItem);
    return keys.map(({ sub, sid }) => ({
      session: sessions.find((session) => session.sub === sub && session.sid === sid),
      account: accounts.find((account) => account.sub === sub),
    }));
  };
  return {
    readEach,
    async read(key) {
      const [found] = await readEach([key]);
      return { session: found?.session, account: found?.account };
    },
  };
}

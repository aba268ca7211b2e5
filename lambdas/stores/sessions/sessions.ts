import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { unavailable } from '../../core/common/errors.ts';
import type { Sessions } from '../../core/sessions/ports.ts';
import type { Session } from '../../core/sessions/session.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { sessionFromItem } from '../items/sessionItems.ts';

export function createSessions(deps: {
  client: DynamoDBDocumentClient;
  tables: Pick<TableNames, 'sessions'>;
}): Sessions {
  const { client, tables } = deps;
  return {
    async list(sub) {
      const sessions: Session[] = [];
      const pages = paginateQuery(
        { client },
        {
          TableName: tables.sessions,
          KeyConditionExpression: '#sub = :sub',
          ExpressionAttributeNames: { '#sub': 'sub' },
          ExpressionAttributeValues: { ':sub': sub },
          ConsistentRead: true,
        },
      );
      try {
        for await (const page of pages) {
          for (const item of page.Items ?? []) sessions.push(sessionFromItem(item));
        }
      } catch (error) {
        throw unavailable(error);
      }
      return sessions;
    },
  };
}

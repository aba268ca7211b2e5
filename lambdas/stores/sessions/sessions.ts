import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { Sessions } from '../../core/sessions/ports.ts';
import type { Session } from '../../core/sessions/session.ts';
import { itemsOf, partitionOf } from '../dynamo/reads.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { sessionFromItem } from '../items/sessionItems.ts';

export function createSessions(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'sessions'>;
}): Sessions {
  const { client, tables } = deps;
  return {
    async list(sub, most = Number.POSITIVE_INFINITY) {
      const sessions: Session[] = [];
      const pages = paginateQuery({ client }, partitionOf(tables.sessions, sub));
      for await (const item of itemsOf(pages)) {
        sessions.push(sessionFromItem(item));
        if (sessions.length >= most) break;
      }
      return sessions;
    },
  };
}

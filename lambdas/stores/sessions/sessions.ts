import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { Sessions } from '../../core/sessions/ports.ts';
import type { Session } from '../../core/sessions/session.ts';
import { readable } from '../dynamo/parseItem.ts';
import { itemsOf, partitionOf } from '../dynamo/reads.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { sessionFromItem } from '../items/sessionItems.ts';

export function createSessions(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'sessions'>;
}): Sessions {
  const { client, tables } = deps;
  const itemsOfSubject = (sub: string) => itemsOf(paginateQuery({ client }, partitionOf(tables.sessions, sub)));
  return {
    async list(sub) {
      const sessions: Session[] = [];
      for await (const item of itemsOfSubject(sub)) sessions.push(sessionFromItem(item));
      return sessions;
    },

    async listReadable(sub, most) {
      const sessions: Session[] = [];
      for await (const item of itemsOfSubject(sub)) {
        const session = readable('session', () => sessionFromItem(item));
        if (session) sessions.push(session);
        if (sessions.length >= most) break;
      }
      return sessions;
    },
  };
}

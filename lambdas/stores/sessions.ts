import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { AuditEvent } from '../contract/auditEvents.ts';
import { unavailable } from '../core/errors.ts';
import type { Session } from '../core/session.ts';
import { accountInEpoch } from './accountItems.ts';
import { outboxPut } from './auditOutbox.ts';
import { sessionFromItem, sessionPut } from './sessionItems.ts';
import { transact } from './transaction.ts';

export interface SessionTables {
  readonly accounts: string;
  readonly sessions: string;
  readonly auditOutbox: string;
}

export interface Sessions {
  /**
   * Starts a session and records it, in one transaction, on condition that the account is active and still in the
   * session's epoch.
   *
   * @returns false, with nothing written, when the account no longer holds.
   * @throws ProblemError `unavailable`.
   */
  start(input: { readonly session: Session; readonly event: AuditEvent }): Promise<boolean>;
  /** Every session of a subject, in whatever state; consistent. */
  list(sub: string): Promise<readonly Session[]>;
}

export function createSessions(deps: { client: DynamoDBDocumentClient; tables: SessionTables }): Sessions {
  const { client, tables } = deps;
  return {
    async start({ session, event }) {
      const outcome = await transact(client, [
        sessionPut(tables.sessions, session),
        accountInEpoch(tables.accounts, session.sub, session.epoch),
        outboxPut(tables.auditOutbox, event),
      ]);
      return outcome.committed;
    },
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

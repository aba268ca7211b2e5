import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { Account } from '../../core/accounts/account.ts';
import { unavailable } from '../../core/common/errors.ts';
import type { MailJob } from '../../core/mail/mailJob.ts';
import type { Session } from '../../core/sessions/session.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { type TransactItem, transact } from '../dynamo/transaction.ts';
import { newAccountPuts, pendingKey } from '../items/accountItems.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { mailJobPut } from '../items/mailOutboxItems.ts';
import { sessionPut } from '../items/sessionItems.ts';

export interface Registrations {
  /**
   * Remembers the hash of a mailed token under an id that does not tell the address, replacing any earlier one (newest
   * wins), and asks for the mail, in one transaction. The same writes for a known and an unknown address.
   */
  request(input: {
    readonly pendingId: string;
    readonly tokenHash: string;
    /** Epoch seconds. */
    readonly expiresAt: number;
    readonly job: MailJob;
    readonly nowMs: number;
  }): Promise<void>;
  /** Whether this token is the newest one and not used; consistent. Only a hint: `complete` decides. */
  isPending(input: { readonly pendingId: string; readonly tokenHash: string }): Promise<boolean>;
  /**
   * Uses up the token, makes the account, claims its address, starts its first session, where one is given, and records it all, in one
   * transaction.
   *
   * @returns false, with nothing written, when the token was used, replaced or has expired, or the address is taken.
   */
  complete(input: {
    readonly pendingId: string;
    readonly tokenHash: string;
    /** Epoch seconds. */
    readonly now: number;
    readonly account: Account;
    readonly session?: Session;
    readonly events: readonly AuditEvent[];
  }): Promise<boolean>;
}

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
        .catch((error: unknown) => Promise.reject(unavailable(error)));
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

import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { AuditEvent } from '../contract/auditEvents.ts';
import type { Account } from '../core/account.ts';
import { unavailable } from '../core/errors.ts';
import type { Session } from '../core/session.ts';
import { accountFromItem, accountInEpoch, accountKey } from './accountItems.ts';
import { outboxPut } from './auditOutbox.ts';
import { sessionFromItem } from './sessionItems.ts';
import type { SessionTables } from './sessions.ts';
import { type TransactItem, transact } from './transaction.ts';

export interface RotationRequest {
  readonly sub: string;
  readonly sid: string;
  readonly clientId: string;
  readonly secretHash: string;
  /** The generation of the token that was presented; it becomes one more. */
  readonly generation: number;
  /** The session epoch inside the `sid`. */
  readonly epoch: number;
  readonly nowMs: number;
  readonly idleTtlSeconds: number;
  readonly event: AuditEvent;
}

export type RotationOutcome =
  | { readonly rotated: true }
  | { readonly rotated: false; readonly session: Session | undefined; readonly accountHolds: boolean };

export interface RefreshRotation {
  /**
   * Rotates a session and records it, in one transaction: session active, of this client, secret and generation, and not
   * expired; account active and of the session's epoch; event. All or nothing.
   *
   * @returns when a condition did not hold, the session as it was, from the error itself: no second read.
   * @throws ProblemError `unavailable`, also when a conflict with another transaction persists.
   */
  rotate(request: RotationRequest): Promise<RotationOutcome>;
  /** Session and account, consistent, in one call; it goes out beside the rotation, for the claims. */
  read(key: { sub: string; sid: string }): Promise<{ session: Session | undefined; account: Account | undefined }>;
}

export function createRefreshRotation(deps: {
  client: DynamoDBDocumentClient;
  tables: SessionTables;
}): RefreshRotation {
  const { client, tables } = deps;
  return {
    async rotate(request) {
      const outcome = await transact(client, [
        rotationUpdate(tables.sessions, request),
        accountInEpoch(tables.accounts, request.sub, request.epoch),
        outboxPut(tables.auditOutbox, request.event),
      ]);
      if (outcome.committed) return { rotated: true };
      const sessionFailure = outcome.failed.find(({ index }) => index === 0);
      return {
        rotated: false,
        session: sessionFailure?.item && sessionFromItem(sessionFailure.item),
        accountHolds: outcome.failed.every(({ index }) => index !== 1),
      };
    },
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
        .catch((error: unknown) => Promise.reject(unavailable(error)));
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

function rotationUpdate(table: string, request: RotationRequest): TransactItem {
  const now = Math.floor(request.nowMs / 1000);
  return {
    Update: {
      TableName: table,
      Key: { sub: request.sub, sid: request.sid },
      UpdateExpression:
        'SET generation = :next, rotated_at_ms = :nowMs, last_used_at = :now, idle_expires_at = :idleExpiresAt',
      ConditionExpression:
        '#status = :active AND generation = :generation AND client_id = :clientId AND secret_hash = :secretHash ' +
        'AND epoch = :epoch AND idle_expires_at > :now AND absolute_expires_at > :now',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':active': 'active',
        ':generation': request.generation,
        ':next': request.generation + 1,
        ':clientId': request.clientId,
        ':secretHash': request.secretHash,
        ':epoch': request.epoch,
        ':now': now,
        ':nowMs': request.nowMs,
        ':idleExpiresAt': now + request.idleTtlSeconds,
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
}

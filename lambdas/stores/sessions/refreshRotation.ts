import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Delivery } from '../../core/sessions/delivery.ts';
import type { RefreshRotation, RotationRequest } from '../../core/sessions/ports.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { type TransactItem, transact } from '../dynamo/transaction.ts';
import { accountInEpoch } from '../items/accountItems.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { sessionFromItem } from '../items/sessionItems.ts';
import { createSessionReader } from './sessionReader.ts';

export function createRefreshRotation(deps: {
  client: DynamoDBDocumentClient;
  tables: Pick<TableNames, 'accounts' | 'sessions' | 'auditOutbox'>;
}): RefreshRotation {
  const { client, tables } = deps;
  return {
    async rotate(request) {
      const outcome = await transact(client, [
        rotationUpdate(tables.sessions, request),
        accountInEpoch(tables.accounts, request.sub, request.epoch),
        auditEventPut(tables.auditOutbox, request.event),
      ]);
      if (outcome.committed) return { rotated: true };
      const sessionFailure = outcome.failed.find(({ index }) => index === 0);
      return {
        rotated: false,
        session: sessionFailure?.item && sessionFromItem(sessionFailure.item),
        accountHolds: outcome.failed.every(({ index }) => index !== 1),
      };
    },
    read: createSessionReader(deps).read,
  };
}

/** An item of the release before does not say how its token was delivered: it was delivered in a body. */
function deliveredBy(delivery: Delivery): string {
  return delivery === 'cookie' ? 'delivery = :delivery' : '(attribute_not_exists(delivery) OR delivery = :delivery)';
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
        `AND ${deliveredBy(request.delivery)} AND epoch = :epoch AND idle_expires_at > :now AND absolute_expires_at > :now` +
        (request.rotatedAtOrBeforeMs === undefined ? '' : ' AND rotated_at_ms <= :rotatedAtOrBeforeMs'),
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: {
        ':active': 'active',
        ':generation': request.generation,
        ':next': request.generation + 1,
        ':clientId': request.clientId,
        ':secretHash': request.secretHash,
        ':delivery': request.delivery,
        ':epoch': request.epoch,
        ':now': now,
        ':nowMs': request.nowMs,
        ':idleExpiresAt': now + request.idleTtlSeconds,
        ...(request.rotatedAtOrBeforeMs !== undefined && { ':rotatedAtOrBeforeMs': request.rotatedAtOrBeforeMs }),
      },
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    },
  };
}

import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import type { AuditEvent } from '../../contract/auditEvents.ts';
import { unavailable } from '../../core/common/errors.ts';
import type { TransactItem } from '../dynamo/transaction.ts';

/** The put of an event, to be part of the transaction that makes the change: no event, no change. */
export function outboxPut(table: string, event: AuditEvent): TransactItem {
  return { Put: putInput(table, event) };
}

export interface AuditOutbox {
  /**
   * Puts an event that goes with no change (a refusal), in one write. An aggregated event that is there already stays as
   * it is, at the cost of the same write.
   *
   * @throws ProblemError `unavailable`: a decision that cannot be recorded is not answered.
   */
  record(event: AuditEvent): Promise<void>;
}

export function createAuditOutbox(deps: { client: DynamoDBDocumentClient; table: string }): AuditOutbox {
  return {
    async record(event) {
      try {
        const put = putInput(deps.table, event);
        // A repeated put must find the key taken also after the event has been shipped. (A repeated transaction is known
        // by its token.)
        await deps.client.send(new PutCommand({ ...put, Item: { ...put.Item, hold_seconds: holdSeconds(event) } }));
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw unavailable(error);
      }
    },
  };
}

/** Longer than the SDK's retries and the minute of an aggregated event. */
export const ordinaryHoldSeconds = 900;
/** A job such as a rotation repeats its steps, and their events, for days. */
export const systemHoldSeconds = 30 * 86_400;

function holdSeconds({ actor }: AuditEvent): number {
  return actor.type === 'system' ? systemHoldSeconds : ordinaryHoldSeconds;
}

function putInput(table: string, event: AuditEvent) {
  return {
    TableName: table,
    Item: { event_id: event.event_id, schema_version: 1, at: event.at, event: JSON.stringify(event) },
    ConditionExpression: 'attribute_not_exists(event_id)',
  };
}

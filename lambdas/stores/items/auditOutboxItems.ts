import type { AuditEvent } from '../../contract/auditEvents.ts';
import { sweepShardOf } from '../dynamo/sweepIndex.ts';
import type { TransactItem } from '../dynamo/transaction.ts';

/** The put of an event, a part of the transaction that makes the change: no event, no change. */
export function auditEventPut(table: string, event: AuditEvent): TransactItem {
  return { Put: auditEventWrite(table, event) };
}

/** The same put for an event without a change. */
export function auditEventWrite(table: string, event: AuditEvent) {
  return {
    TableName: table,
    Item: {
      event_id: event.event_id,
      schema_version: 1,
      at: event.at,
      event: JSON.stringify(event),
      ...auditSweepKeys(event.event_id, event.at),
    },
    ConditionExpression: 'attribute_not_exists(event_id)',
  };
}

/** What the sweeper finds an event by until it is shipped. One whose time cannot be read is found at once. */
export function auditSweepKeys(eventId: string, at: unknown) {
  const happenedAt = Math.floor(Date.parse(String(at)) / 1000);
  return { ...sweepShardOf(eventId), sweep_at: Number.isFinite(happenedAt) ? happenedAt : 0 };
}

/** Longer than the SDK's retries and the minute of an aggregated event. */
export const ordinaryHoldSeconds = 900;
/** A job such as a rotation repeats its steps, and their events, for days. */
export const systemHoldSeconds = 30 * 86_400;

/** For how long the key of a shipped event still refuses a repeated put. */
export function holdSeconds({ actor }: AuditEvent): number {
  return actor.type === 'system' ? systemHoldSeconds : ordinaryHoldSeconds;
}

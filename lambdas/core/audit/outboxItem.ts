import { createHash } from 'node:crypto';
import type { AuditEvent } from '../../contract/auditEvents.ts';
import { systemEvent } from './auditEvent.ts';
import { commonParts, type LoggedEvent, readEvent } from './loggedEvent.ts';

/** An outbox item as it is in the table: its key, and all attributes. */
export interface OutboxItem {
  readonly key: string;
  readonly item: Readonly<Record<string, unknown>>;
}

/** What an outbox item becomes in the log. */
export interface OutboxEvent {
  readonly event: LoggedEvent;
  /** `unknown`: of a form that this release does not know; it goes into the log as it is. */
  readonly form: 'known' | 'unknown' | 'poison';
}

/**
 * The event an outbox item holds. An item without an event becomes an `audit.poison` event that holds its content: so
 * it does not stop the items behind it, and it is not lost.
 */
export function eventOfItem({ key, item }: OutboxItem, nowMs: number): OutboxEvent {
  const read = readEvent(parseJson(item['event']));
  if (read?.event.event_id === key) return { event: read.event, form: read.known ? 'known' : 'unknown' };
  return { event: poison({ key, item }, read ? 'key_mismatch' : 'invalid_event', nowMs), form: 'poison' };
}

/** The outbox key of an event in the log: a writer that finds the event there deletes this key. */
export function outboxKeyOf(event: LoggedEvent): string {
  return (event.type === 'audit.poison' && commonParts(event)?.target.id) || event.event_id;
}

const maxEventIdLength = 128;
const chunkLength = 8192;

function poison({ key, item }: OutboxItem, reason: string, nowMs: number): AuditEvent {
  const raw = Buffer.from(JSON.stringify(item, plain)).toString('base64');
  return systemEvent({
    type: 'audit.poison',
    eventId: key.length <= maxEventIdLength ? key : `sha256:${createHash('sha256').update(key).digest('hex')}`,
    nowMs,
    targetId: key,
    reason,
    details: Object.fromEntries(
      Array.from({ length: Math.ceil(raw.length / chunkLength) }, (_, index) => [
        index === 0 ? 'raw' : `raw_${index + 1}`,
        raw.slice(index * chunkLength, (index + 1) * chunkLength),
      ]),
    ),
  });
}

function parseJson(value: unknown): unknown {
  try {
    return typeof value === 'string' ? JSON.parse(value) : undefined;
  } catch {
    return undefined;
  }
}

/** Binary values and sets are told in JSON too. */
function plain(_name: string, value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  return value instanceof Set ? [...value] : value;
}

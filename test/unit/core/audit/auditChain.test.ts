import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import {
  BatchError,
  type BatchFault,
  batchKey,
  decodeBatch,
  encodeBatch,
  sequenceOf,
} from '../../../../lambdas/core/audit/auditChain.ts';
import { eventOfItem, outboxKeyOf } from '../../../../lambdas/core/audit/outboxItem.ts';
import { testEvent } from '../../../support/worlds/auditWorld.ts';

const events = [testEvent(), testEvent()];
const createdAtMs = Date.UTC(2026, 10, 1);
const bytes = encodeBatch({ chain: 'main', seq: 7, previous: 'a'.repeat(64), events, createdAtMs });

function faultOf(data: Uint8Array): BatchFault | 'none' {
  try {
    decodeBatch(data);
    return 'none';
  } catch (error) {
    if (error instanceof BatchError) return error.fault;
    throw error;
  }
}

function rewritten(change: (text: string) => string): Uint8Array {
  return gzipSync(change(gunzipSync(bytes).toString()));
}

describe('a batch', () => {
  it('comes back as it went in, with the ids of its events in the header', () => {
    const batch = decodeBatch(bytes);
    expect(batch.events).toEqual(events);
    expect(batch.header).toEqual({
      schema_version: 1,
      chain: 'main',
      seq: 7,
      previous: 'a'.repeat(64),
      event_ids: events.map((event) => event.event_id),
      created_at: '2026-11-01T00:00:00.000Z',
    });
  });

  it.each<[string, Uint8Array, BatchFault]>([
    ['is cut', bytes.slice(0, -9), 'unreadable'],
    ['is empty', new Uint8Array(), 'unreadable'],
    ['is followed by zeros', Buffer.concat([bytes, Buffer.alloc(8)]), 'trailing_bytes'],
    ['is followed by other bytes', Buffer.concat([bytes, Buffer.from('more')]), 'unreadable'],
    ['is not UTF-8', gzipSync(Buffer.from([0xff, 0x0a])), 'unreadable'],
    ['has no header', rewritten((text) => text.slice(text.indexOf('\n') + 1)), 'invalid_header'],
    ['has a member more in its header', rewritten((text) => text.replace('{', '{"x":1,')), 'invalid_header'],
    ['has its last line cut', rewritten((text) => text.slice(0, -1)), 'invalid_header'],
    ['has a line that is no JSON', rewritten((text) => `${text}{\n`), 'invalid_event'],
    ['has an empty line', rewritten((text) => `${text}\n`), 'invalid_event'],
    ['has an event of an unknown type', rewritten((text) => text.replace('sign_in.succeeded', 'x')), 'invalid_event'],
  ])('that %s is refused', (_, data, fault) => {
    expect(faultOf(data)).toBe(fault);
  });

  it('of another compressed stream appended does not hide its events', () => {
    const more = Buffer.concat([bytes, gzipSync(`${JSON.stringify(testEvent())}\n`)]);
    const { header, events: found } = decodeBatch(more);
    expect(found.map((event) => event.event_id)).not.toEqual(header.event_ids);
  });
});

describe('a key', () => {
  it('tells the sequence number', () => {
    expect(batchKey('main', 42)).toBe('log/main/000000000042.jsonl.gz');
    expect(sequenceOf('000000000042.jsonl.gz')).toBe(42);
    for (const name of ['000000000000.jsonl.gz', '42.jsonl.gz', '000000000042.jsonl.gz.bak', 'x', '']) {
      expect(sequenceOf(name)).toBeUndefined();
    }
  });
});

describe('an outbox item', () => {
  const event = testEvent();
  const item = (text: unknown) => ({ key: event.event_id, item: { event_id: event.event_id, event: text } });

  it('holds its event', () => {
    expect(eventOfItem(item(JSON.stringify(event)), createdAtMs)).toEqual(event);
  });

  it.each([
    ['no text', undefined],
    ['no JSON', '{'],
    ['no event', '{"x":1}'],
    ['an event of another id', JSON.stringify(testEvent())],
  ])('with %s becomes a poison event that holds all of it, under the key of the item', (_, text) => {
    const poison = eventOfItem(item(text), createdAtMs);
    expect(poison).toMatchObject({ type: 'audit.poison', event_id: event.event_id, outcome: 'failure' });
    expect(outboxKeyOf(poison)).toBe(event.event_id);
    const raw: unknown = JSON.parse(Buffer.from(String(poison.details?.['raw']), 'base64').toString());
    expect(raw).toEqual(JSON.parse(JSON.stringify(item(text).item)));
  });

  it('that is large or has a long key is kept whole', () => {
    const key = 'k'.repeat(2048);
    const text = 'x'.repeat(300_000);
    const poison = eventOfItem({ key, item: { event_id: key, event: text } }, createdAtMs);
    expect(outboxKeyOf(poison)).toBe(key);
    const raw = Buffer.from(Object.values(poison.details ?? {}).join(''), 'base64').toString();
    expect(raw).toBe(JSON.stringify({ event_id: key, event: text }));
  });
});

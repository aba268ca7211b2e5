import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { auditEventSchema } from '../../../../lambdas/contract/auditEvents.ts';
import {
  BatchError,
  type BatchFault,
  batchKey,
  decodeBatch,
  encodeBatch,
  sequenceOf,
} from '../../../../lambdas/core/audit/auditChain.ts';
import type { LoggedEvent } from '../../../../lambdas/core/audit/loggedEvent.ts';
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
    ['has a header of no version', rewritten((text) => text.replace('"schema_version":1', '"x":1')), 'invalid_header'],
    ['has its last line cut', rewritten((text) => text.slice(0, -1)), 'invalid_header'],
    ['has a line that is no JSON', rewritten((text) => `${text}{\n`), 'invalid_event'],
    ['has an empty line', rewritten((text) => `${text}\n`), 'invalid_event'],
    ['has an event without its actor', rewritten((text) => text.replace('"actor"', '"actress"')), 'invalid_event'],
    ['has an event without a type', rewritten((text) => text.replace('sign_in.succeeded', '')), 'invalid_event'],
    ['has an event without a time', rewritten((text) => text.replace('"at"', '"when"')), 'invalid_event'],
  ])('that %s is refused', (_, data, fault) => {
    expect(faultOf(data)).toBe(fault);
  });

  it.each<[string, (text: string) => string, number]>([
    ['an event type', (text) => text.replace('sign_in.succeeded', 'grant.issued'), 1],
    ['a member of an event', (text) => text.replaceAll('"outcome"', '"grant":{"gid":"g"},"outcome"'), 2],
    ['a kind of target', (text) => text.replaceAll('"session"', '"grant"'), 2],
    ['a version of an event', (text) => text.replace(/(\n.*)"schema_version":1/, '$1"schema_version":2'), 1],
    ['a version of the header', (text) => text.replace('"schema_version":1', '"schema_version":2'), 0],
    ['a member of the header', (text) => text.replace('{', '{"tree":"t",'), 0],
  ])('A18 with %s that only a later release knows is read, and what is unknown is counted', (_, change, unknown) => {
    const batch = decodeBatch(rewritten(change));
    expect(batch.unknown).toBe(unknown);
    expect(batch.events.map(({ event_id }) => event_id)).toEqual(batch.header.event_ids);
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

const detailsOf = (event: LoggedEvent) => auditEventSchema().parse(event).details ?? {};

describe('an outbox item', () => {
  const event = testEvent();
  const item = (text: unknown) => ({ key: event.event_id, item: { event_id: event.event_id, event: text } });

  it('holds its event', () => {
    expect(eventOfItem(item(JSON.stringify(event)), createdAtMs)).toEqual({ event, form: 'known' });
  });

  it.each([
    ['a type', { type: 'grant.issued' }],
    ['a member', { grant: { gid: 'g' } }],
    ['a kind of actor', { actor: { type: 'service', id: 'client' } }],
    ['a version', { schema_version: 2 }],
  ])('A18 with %s that only a later release knows goes into the log as it is', (_, change) => {
    const later = { ...event, ...change };
    expect(eventOfItem(item(JSON.stringify(later)), createdAtMs)).toEqual({ event: later, form: 'unknown' });
    expect(outboxKeyOf(later)).toBe(event.event_id);
  });

  it.each([
    ['no text', undefined],
    ['no JSON', '{'],
    ['no event', '{"x":1}'],
    ['an event of another id', JSON.stringify(testEvent())],
  ])('with %s becomes a poison event that holds all of it, under the key of the item', (_, text) => {
    const { event: poison, form } = eventOfItem(item(text), createdAtMs);
    expect(form).toBe('poison');
    expect(poison).toMatchObject({ type: 'audit.poison', event_id: event.event_id, outcome: 'failure' });
    expect(outboxKeyOf(poison)).toBe(event.event_id);
    const raw: unknown = JSON.parse(Buffer.from(String(detailsOf(poison)['raw']), 'base64').toString());
    expect(raw).toEqual(JSON.parse(JSON.stringify(item(text).item)));
  });

  it('that is large or has a long key is kept whole', () => {
    const key = 'k'.repeat(2048);
    const text = 'x'.repeat(300_000);
    const { event: poison } = eventOfItem({ key, item: { event_id: key, event: text } }, createdAtMs);
    expect(outboxKeyOf(poison)).toBe(key);
    const raw = Buffer.from(Object.values(detailsOf(poison)).join(''), 'base64').toString();
    expect(raw).toBe(JSON.stringify({ event_id: key, event: text }));
  });
});

import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { strangerEvent } from '../../../lambdas/core/audit/auditEvent.ts';
import type { AuditOutboxReader } from '../../../lambdas/core/audit/ports.ts';
import { overdueSeconds } from '../../../lambdas/flows/audit/sweepAuditOutbox.ts';
import { createAuditOutbox } from '../../../lambdas/stores/audit/auditOutbox.ts';
import { createAuditOutboxReader } from '../../../lambdas/stores/audit/auditOutboxReader.ts';
import { transact } from '../../../lambdas/stores/dynamo/transaction.ts';
import {
  auditEventPut,
  ordinaryHoldSeconds,
  systemHoldSeconds,
} from '../../../lambdas/stores/items/auditOutboxItems.ts';
import { createDatabase, type TestDatabase } from '../../support/database/dynamodb.ts';
import { databaseEndpoints } from '../../support/database/endpoints.ts';
import { testEvent } from '../../support/worlds/auditWorld.ts';
import { from, manualClock } from '../../support/worlds/world.ts';

describe.each(databaseEndpoints())('the audit outbox on $name', ({ endpoint }) => {
  let database: TestDatabase;
  let reader: AuditOutboxReader;
  let clock: ReturnType<typeof manualClock>;

  beforeEach(async () => {
    database = await createDatabase(endpoint);
    clock = manualClock();
    reader = createAuditOutboxReader({ client: database.client, table: database.tables.AuditOutbox, clock });
  });

  const put = (item: Record<string, unknown>) =>
    database.client.send(new PutCommand({ TableName: database.tables.AuditOutbox, Item: item }));
  const inTransaction = (...events: ReturnType<typeof testEvent>[]) =>
    transact(
      database.client,
      events.map((event) => auditEventPut(database.tables.AuditOutbox, event)),
    );
  const settleAll = async (keys: readonly string[]) => reader.settle(await reader.fetch(keys));
  const scanned = async () => {
    const found = { overdue: [] as string[], expired: [] as string[] };
    for await (const page of reader.scan({ overdueSeconds })) {
      found.overdue.push(...page.overdue);
      found.expired.push(...page.expired);
    }
    return found;
  };

  it('gives the items that are there, in the order asked for', async () => {
    const events = Array.from({ length: 130 }, () => testEvent());
    for (let i = 0; i < events.length; i += 65) await inTransaction(...events.slice(i, i + 65));
    const keys = events.map((event) => event.event_id).toReversed();
    const items = await reader.fetch(['missing', ...keys]);
    expect(items.map(({ key }) => key)).toEqual(keys);
    expect(items.at(-1)?.item['event']).toBe(JSON.stringify(events[0]));
  });

  it('forgets what was put in a transaction once it is shipped', async () => {
    const events = Array.from({ length: 60 }, () => testEvent());
    await inTransaction(...events);
    const keys = events.map((event) => event.event_id);
    await settleAll(keys);
    await settleAll(keys);
    expect(await database.items('AuditOutbox')).toEqual([]);
  });

  it('takes no event a second time, shipped or not', async () => {
    const outbox = createAuditOutbox({ client: database.client, table: database.tables.AuditOutbox });
    const refusal = testEvent({ type: 'sign_in.failed', outcome: 'failure' });
    const stranger = strangerEvent({
      type: 'sign_in.failed',
      target: 'address',
      reason: 'unknown_address',
      nowMs: clock(),
      from,
    });
    const keys = [refusal.event_id, stranger.event_id];
    await Promise.all([outbox.record(refusal), outbox.record(stranger)]);
    expect(await reader.fetch(keys)).toHaveLength(2);
    await settleAll(keys);
    await Promise.all([outbox.record(refusal), outbox.record(stranger)]);
    expect(await reader.fetch(keys)).toEqual([]);
    const held = await database.items('AuditOutbox');
    expect(held.map((item) => item['event'])).toEqual([undefined, undefined]);
    expect(await scanned()).toEqual({ overdue: [], expired: [] });
    clock.advance(ordinaryHoldSeconds * 1000 + 1);
    const { overdue, expired } = await scanned();
    expect([overdue, expired.toSorted()]).toEqual([[], keys.toSorted()]);
    await reader.forget(expired);
    expect(await database.items('AuditOutbox')).toEqual([]);
  });

  it('holds the key of a job that repeats itself for days', async () => {
    const outbox = createAuditOutbox({ client: database.client, table: database.tables.AuditOutbox });
    const event = testEvent({ event_id: 'refresh_keys.rotated:v2', actor: { type: 'system' } });
    await outbox.record(event);
    await settleAll([event.event_id]);
    clock.advance((systemHoldSeconds - 1) * 1000);
    expect((await scanned()).expired).toEqual([]);
    await outbox.record(event);
    expect(await reader.fetch([event.event_id])).toEqual([]);
    clock.advance(2000);
    expect((await scanned()).expired).toEqual([event.event_id]);
  });

  it('settling an item that is gone does not bring its key back', async () => {
    const outbox = createAuditOutbox({ client: database.client, table: database.tables.AuditOutbox });
    const event = testEvent();
    await outbox.record(event);
    const items = await reader.fetch([event.event_id]);
    await reader.forget([event.event_id]);
    await reader.settle(items);
    expect(await database.items('AuditOutbox')).toEqual([]);
  });

  it('F13 a scan finds what is overdue, oldest first', async () => {
    const at = (secondsAgo: number) => testEvent({ at: new Date(clock() - secondsAgo * 1000).toISOString() });
    const [fresh, old, older] = [at(60), at(3600), at(90_000)];
    await inTransaction(fresh, old, older);
    expect((await scanned()).overdue).toEqual([older.event_id, old.event_id]);
  });

  it('F14 a scan finds items whose time cannot be read', async () => {
    const future = new Date(clock() + 365 * 86_400_000).toISOString();
    await put({ event_id: 'without' });
    await put({ event_id: 'number', at: 12 });
    await put({ event_id: 'word', at: 'yesterday' });
    await put({ event_id: 'future', at: future });
    expect((await scanned()).overdue.toSorted()).toEqual(['future', 'number', 'without', 'word']);
  });
});

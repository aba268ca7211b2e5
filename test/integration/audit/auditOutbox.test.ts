import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it } from 'vitest';
import { strangerEvent } from '../../../lambdas/core/audit/auditEvent.ts';
import type { AuditOutboxReader } from '../../../lambdas/core/audit/ports.ts';
import { overdueSeconds } from '../../../lambdas/flows/audit/sweepAuditOutbox.ts';
import { createAuditOutbox } from '../../../lambdas/stores/audit/auditOutbox.ts';
import { createAuditOutboxReader } from '../../../lambdas/stores/audit/auditOutboxReader.ts';
import { deleteAll } from '../../../lambdas/stores/dynamo/batches.ts';
import { transact } from '../../../lambdas/stores/dynamo/transaction.ts';
import {
  auditEventPut,
  auditEventWrite,
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
  const overdue = async () => (await Array.fromAsync(reader.overdue({ overdueSeconds }))).flat();

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
    clock.advance(ordinaryHoldSeconds * 1000);
    expect(await overdue()).toEqual([]);
    const until = Math.ceil(clock() / 1000);
    expect(held.map((item) => item['ttl'])).toEqual([until, until]);
  });

  it('gives an event that is not shipped no TTL', async () => {
    const outbox = createAuditOutbox({ client: database.client, table: database.tables.AuditOutbox });
    await outbox.record(testEvent({ actor: { type: 'system' } }));
    await inTransaction(testEvent());
    const [one, other] = await database.items('AuditOutbox');
    for (const item of [one, other]) expect(item).toHaveProperty('event');
    for (const item of [one, other]) expect(item).not.toHaveProperty('ttl');
  });

  it('holds the key of a job that repeats itself for days', async () => {
    const outbox = createAuditOutbox({ client: database.client, table: database.tables.AuditOutbox });
    const event = testEvent({ event_id: 'refresh_keys.rotated:v2', actor: { type: 'system' } });
    await outbox.record(event);
    await settleAll([event.event_id]);
    await outbox.record(event);
    expect(await reader.fetch([event.event_id])).toEqual([]);
    const [held] = await database.items('AuditOutbox');
    expect(held).toMatchObject({ ttl: Math.ceil(clock() / 1000) + systemHoldSeconds });
  });

  it('settling an item that is gone does not bring its key back', async () => {
    const outbox = createAuditOutbox({ client: database.client, table: database.tables.AuditOutbox });
    const event = testEvent();
    await outbox.record(event);
    const items = await reader.fetch([event.event_id]);
    await deleteAll(database.client, { table: database.tables.AuditOutbox, keys: [{ event_id: event.event_id }] });
    await reader.settle(items);
    expect(await database.items('AuditOutbox')).toEqual([]);
  });

  it('F13 the sweep’s index names what is overdue, oldest first', async () => {
    const at = (secondsAgo: number) => testEvent({ at: new Date(clock() - secondsAgo * 1000).toISOString() });
    const old = Array.from({ length: 40 }, (_, nth) => at(3600 - nth));
    await inTransaction(at(overdueSeconds - 60), ...old.toReversed());
    await settleAll([old[7]?.event_id ?? '']);
    const left = old.filter((_, nth) => nth !== 7);
    expect(await overdue()).toEqual(left.map(({ event_id }) => event_id));
  });

  it('F13 more than fit a page of the index are all named', async () => {
    const at = new Date(clock() - 3_600_000).toISOString();
    const { AuditOutbox: table } = database.tables;
    const events = Array.from({ length: 400 }, () => testEvent({ at }));
    // All of one shard.
    const items = events.map((event) => ({ ...auditEventWrite(table, event).Item, sweep_shard: '0' }));
    for (let nth = 0; nth < items.length; nth += 25) await Promise.all(items.slice(nth, nth + 25).map(put));
    expect((await overdue()).toSorted()).toEqual(events.map(({ event_id }) => event_id).toSorted());
  });
});

import { randomUUID } from 'node:crypto';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, describe, expect, it } from 'vitest';
import { noticeJob } from '../../../lambdas/core/mail/mailJob.ts';
import { overdueSeconds } from '../../../lambdas/flows/audit/sweepAuditOutbox.ts';
import { type SweptTable, sweepIndex, tables } from '../../../lambdas/manifest/tables.ts';
import { createUnfinishedErasures } from '../../../lambdas/stores/accounts/unfinishedErasures.ts';
import { createAuditOutboxReader } from '../../../lambdas/stores/audit/auditOutboxReader.ts';
import { addMissingSweepKeys } from '../../../lambdas/stores/common/missingSweepKeys.ts';
import { auditEventWrite } from '../../../lambdas/stores/items/auditOutboxItems.ts';
import { erasurePut } from '../../../lambdas/stores/items/erasureItems.ts';
import { mailJobPut } from '../../../lambdas/stores/items/mailOutboxItems.ts';
import { createMailRetries } from '../../../lambdas/stores/mail/mailRetries.ts';
import { createDatabase, type TestDatabase } from '../../support/database/dynamodb.ts';
import { databaseEndpoints } from '../../support/database/endpoints.ts';
import { testEvent } from '../../support/worlds/auditWorld.ts';
import { createWorld, from, manualClock } from '../../support/worlds/world.ts';

const actor = { type: 'subject', id: 'sub' } as const;

describe.each(databaseEndpoints())('items of the release before on $name', ({ endpoint }) => {
  let database: TestDatabase;
  const clock = manualClock();

  beforeAll(async () => {
    database = await createDatabase(endpoint);
  });

  /** An item as the release before wrote it: without what it did not know. */
  async function ofBefore(table: SweptTable, item: Record<string, unknown> = {}) {
    const { [sweepIndex.shard]: _, sweep_at: __, ttl: ___, owner: ____, ...old } = item;
    await database.client.send(new PutCommand({ TableName: database.tables[table], Item: old }));
    return old;
  }
  const add = () =>
    addMissingSweepKeys({ client: database.client, tables: createWorld(database, clock).tables, clock });
  const place = (table: SweptTable) => ({ client: database.client, table: database.tables[table] });
  const overdueEvents = async () => {
    const reader = createAuditOutboxReader({ ...place('AuditOutbox'), clock });
    return (await Array.fromAsync(reader.overdue({ overdueSeconds }))).flat();
  };
  const dueMails = async (seconds: number) =>
    (await Array.fromAsync(createMailRetries(place('MailOutbox')).due(seconds))).flat();
  const erasures = () => Array.fromAsync(createUnfinishedErasures(place('Grants')).list());
  const itemsWith = async (table: SweptTable, key: string) =>
    (await database.items(table)).filter((item) => item[tables[table].partitionKey] === key);

  it('F34 an event that the stream lost is found', async () => {
    const event = testEvent({ at: new Date(clock() - 3_600_000).toISOString() });
    await ofBefore('AuditOutbox', auditEventWrite('', event).Item);
    expect(await overdueEvents()).not.toContain(event.event_id);
    expect((await add()).AuditOutbox).toBe(1);
    expect(await overdueEvents()).toContain(event.event_id);
    expect((await add()).AuditOutbox).toBe(0);
  });

  it('F14 F34 what holds no time that can be read is found', async () => {
    await ofBefore('AuditOutbox', { event_id: 'without' });
    await ofBefore('AuditOutbox', { event_id: 'number', at: 12 });
    await ofBefore('AuditOutbox', { event_id: 'word', at: 'yesterday' });
    await add();
    expect(await overdueEvents()).toEqual(expect.arrayContaining(['without', 'number', 'word']));
  });

  it('F34 the key of an event that was shipped gets a TTL, and is not overdue', async () => {
    const key = randomUUID();
    await ofBefore('AuditOutbox', { event_id: key, held_until: clock() + 900_000 });
    await add();
    const held = { event_id: key, held_until: clock() + 900_000, ttl: Math.ceil(clock() / 1000) + 900 };
    expect(await itemsWith('AuditOutbox', key)).toEqual([held]);
  });

  it('F34 the key of an event that the release before shipped, gone back to, leaves the index', async () => {
    const event = testEvent({ at: new Date(clock() - 3_600_000).toISOString() });
    const { event: _, ...item } = auditEventWrite('', event).Item;
    const held = { ...item, held_until: clock() + 900_000 };
    await database.client.send(new PutCommand({ TableName: database.tables.AuditOutbox, Item: held }));
    await add();
    expect(await overdueEvents()).not.toContain(event.event_id);
    const [found] = await itemsWith('AuditOutbox', event.event_id);
    expect(found).toMatchObject({ ttl: Math.ceil(held.held_until / 1000) });
  });

  it('F34 a mail that waits for its next try is found then', async () => {
    const owner = randomUUID();
    const job = noticeJob({ template: 'new-device', to: 'ada@example.com', owner, from, nowMs: clock() });
    const { retry_at } = await ofBefore('MailOutbox', mailJobPut('', { job, nowMs: clock() }).Put?.Item);
    await add();
    const idsAt = async (seconds: number) => (await dueMails(seconds)).map(({ jobId }) => jobId);
    expect(await idsAt(Number(retry_at) - 1)).not.toContain(job.jobId);
    expect(await idsAt(Number(retry_at))).toContain(job.jobId);
  });

  it('F34 a mail whose token acts on an account goes with it', async () => {
    const [jobId, sub] = [randomUUID(), randomUUID()];
    await ofBefore('MailOutbox', { job_id: jobId, sub, retry_at: 1, retries: 0 });
    await add();
    expect(await dueMails(1)).toEqual([{ jobId, retries: 0, retryAt: 1, expiresAt: undefined, owner: sub }]);
  });

  it('F34 an erasure that was interrupted is found, and no other grant', async () => {
    const erasure = { sub: randomUUID(), actor };
    await ofBefore('Grants', erasurePut('', erasure, clock()).Put?.Item);
    await ofBefore('Grants', { pk: 'reset#someone', schema_version: 1 });
    expect(await erasures()).toEqual([]);
    expect((await add()).Grants).toBe(1);
    expect(await erasures()).toEqual([erasure]);
    expect(await itemsWith('Grants', 'reset#someone')).toEqual([{ pk: 'reset#someone', schema_version: 1 }]);
  });

  it('F34 an event that was shipped meanwhile does not become overdue', async () => {
    const event = testEvent({ at: new Date(clock() - 3_600_000).toISOString() });
    const old = await ofBefore('AuditOutbox', auditEventWrite('', event).Item);
    // The writer holds its key between the migration's read and its write.
    const { client } = database;
    const name = 'shipsMeanwhile';
    client.middlewareStack.add(
      (next, { commandName }) =>
        async (args) => {
          if (commandName?.startsWith('Update')) {
            client.middlewareStack.remove(name);
            const { at: _, event: __, ...held } = old;
            await ofBefore('AuditOutbox', { ...held, held_until: clock() + 900_000 });
          }
          return next(args);
        },
      { step: 'initialize', name },
    );
    await add();
    client.middlewareStack.remove(name);
    expect(await overdueEvents()).not.toContain(event.event_id);
  });
});

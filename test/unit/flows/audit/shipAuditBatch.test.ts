import { describe, expect, it } from 'vitest';
import { decodeBatch } from '../../../../lambdas/core/audit/auditChain.ts';
import type { LoggedEvent } from '../../../../lambdas/core/audit/loggedEvent.ts';
import { createAuditShipper } from '../../../../lambdas/flows/audit/shipAuditBatch.ts';
import { sweepAuditOutbox } from '../../../../lambdas/flows/audit/sweepAuditOutbox.ts';
import { verifyAuditLog } from '../../../../lambdas/flows/audit/verifyAuditLog.ts';
import {
  Crash,
  type CrashPoint,
  chain,
  createAuditWorld,
  fakeSource,
  lockedObjects,
  testEvent,
} from '../../../support/worlds/auditWorld.ts';

type World = ReturnType<typeof createAuditWorld>;

function logged({ objects }: World): LoggedEvent[] {
  return [...objects].toSorted(([a], [b]) => a - b).flatMap(([, bytes]) => decodeBatch(bytes).events);
}

const ids = (events: readonly LoggedEvent[]) => events.map((event) => event.event_id);
const manyEvents = (count: number) => Array.from({ length: count }, () => testEvent());

/** Every event once, nothing left over, and the verifier finds nothing. */
async function expectWhole(world: World, events: readonly LoggedEvent[]) {
  expect(ids(logged(world)).toSorted()).toEqual(ids(events).toSorted());
  expect(world.outbox.size).toBe(0);
  const report = await verifyAuditLog({ source: fakeSource(lockedObjects(world.objects)), chain });
  expect(report.findings).toEqual([]);
}

describe('shipping', () => {
  it('keeps the order of the stream in its chain', async () => {
    const world = createAuditWorld();
    const shipper = createAuditShipper(world.stores());
    const events = manyEvents(6);
    const keys = world.add(...events);
    expect((await shipper.ship(keys.slice(0, 4))).counts).toMatchObject({ shipped: 4, objects: 1, conflicts: 0 });
    await shipper.ship(keys.slice(4));
    expect(ids(logged(world))).toEqual(keys);
    await expectWhole(world, events);
  });

  it('F09 a batch delivered twice changes nothing, in the same process or another', async () => {
    const world = createAuditWorld();
    const shipper = createAuditShipper(world.stores());
    const events = manyEvents(3);
    const keys = world.add(...events);
    await shipper.ship([...keys, ...keys]);
    const before = new Map(world.objects);
    expect((await shipper.ship(keys)).unshipped).toEqual([]);
    await createAuditShipper(world.stores()).ship(keys);
    expect(world.objects).toEqual(before);
    await expectWhole(world, events);
  });

  it('F10 records of several shards, out of order, are in one chain once', async () => {
    const world = createAuditWorld();
    const shards = [1, 2, 3].map(() => createAuditShipper(world.stores()));
    const events = manyEvents(30);
    const keys = world.add(...events).toReversed();
    for (let from = 0; from < keys.length; from += 3) {
      await shards[(from / 3) % 3]?.ship(keys.slice(from, from + 3));
    }
    expect(world.objects.size).toBe(10);
    await expectWhole(world, events);
  });

  it.each<CrashPoint>(['latest', 'fetch', 'append', 'appended', 'settle', 'settled'])(
    'F11 a writer that dies at "%s" leaves every event once, whoever goes on',
    async (point) => {
      const world = createAuditWorld();
      const events = manyEvents(8);
      const keys = world.add(...events);
      await createAuditShipper(world.stores()).ship(keys.slice(0, 2));
      const dying = createAuditShipper(
        world.stores((at) => (at === point ? Promise.reject(new Crash(point)) : undefined)),
      );
      const result = await dying.ship(keys.slice(2, 5));
      expect(result.failure).toBeInstanceOf(Crash);
      expect(result.unshipped).toEqual(keys.slice(2, 5));
      const next = createAuditShipper(world.stores());
      // New events first: what the dead writer stored must not come again afterwards.
      await next.ship(keys.slice(5));
      await next.ship(result.unshipped);
      await expectWhole(world, events);
    },
  );

  it('F11 the same process goes on after a failure between put and delete', async () => {
    const world = createAuditWorld();
    let fails = true;
    const shipper = createAuditShipper(
      world.stores((at) => (at === 'settle' && fails ? Promise.reject(new Crash()) : undefined)),
    );
    const events = manyEvents(4);
    const keys = world.add(...events);
    expect((await shipper.ship(keys.slice(0, 2))).failure).toBeInstanceOf(Crash);
    fails = false;
    const { counts } = await shipper.ship(keys);
    expect(counts).toMatchObject({ adopted: 2, shipped: 2 });
    await expectWhole(world, events);
  });

  it('F12 a put whose answer was lost is adopted, not repeated', async () => {
    const world = createAuditWorld();
    let lost = 0;
    const shipper = createAuditShipper(
      world.stores((at) => (at === 'appended' && lost++ === 0 ? Promise.resolve('busy') : undefined)),
    );
    const events = manyEvents(2);
    const { counts } = await shipper.ship(world.add(...events));
    expect(counts).toMatchObject({ shipped: 0, adopted: 2, conflicts: 2 });
    expect(world.objects.size).toBe(1);
    await expectWhole(world, events);
  });

  it('F12 409 and 503 are tried again after a growing, jittered pause', async () => {
    const world = createAuditWorld();
    const pauses: number[] = [];
    let busy = 4;
    const stores = world.stores((at) => (at === 'append' && busy-- > 0 ? Promise.resolve('busy') : undefined));
    const shipper = createAuditShipper({
      ...stores,
      random: () => 0.5,
      sleep: async (ms: number) => void pauses.push(ms),
    });
    const events = manyEvents(2);
    const { counts } = await shipper.ship(world.add(...events));
    expect(counts).toMatchObject({ shipped: 2, conflicts: 4 });
    expect(pauses).toEqual([20, 40, 80, 160]);
    await expectWhole(world, events);
  });

  it('F12 an S3 that stays busy leaves the events where they are', async () => {
    const world = createAuditWorld();
    const shipper = createAuditShipper(world.stores((at) => (at === 'append' ? Promise.resolve('busy') : undefined)));
    const keys = world.add(...manyEvents(2));
    const result = await shipper.ship(keys);
    expect(result.failure).toBeInstanceOf(Error);
    expect(result.unshipped).toEqual(keys);
    expect(world.outbox.size).toBe(2);
    expect(world.objects.size).toBe(0);
  });

  it('F12 a writer whose memory is behind adopts the head that is there', async () => {
    const world = createAuditWorld();
    const [one, other] = [createAuditShipper(world.stores()), createAuditShipper(world.stores())];
    const events = manyEvents(20);
    const keys = world.add(...events);
    await one.ship(keys.slice(0, 1));
    for (const key of keys.slice(1, 19)) await other.ship([key]);
    const { counts } = await one.ship(keys.slice(19));
    expect(counts).toMatchObject({ shipped: 1, conflicts: 1 });
    await expectWhole(world, events);
  });

  it('writers that race for the same events store each once', async () => {
    for (let round = 0; round < 25; round++) {
      const world = createAuditWorld();
      const events = manyEvents(12);
      const keys = world.add(...events);
      const turn = async () => {
        for (let i = Math.floor(Math.random() * 6); i > 0; i--) await Promise.resolve();
        return undefined;
      };
      const writers = Array.from({ length: 4 }, () => createAuditShipper(world.stores(turn)));
      const results = await Promise.all(writers.flatMap((writer, i) => writer.ship(keys.slice(i * 2, i * 2 + 6))));
      expect(results.map((result) => result.failure)).toEqual([undefined, undefined, undefined, undefined]);
      await expectWhole(world, events);
    }
  });

  it('F14 poison records do not hold up those behind them', async () => {
    const world = createAuditWorld();
    const events = manyEvents(2);
    const keys = world.add(...events);
    world.outbox.set('bad', { event_id: 'bad', event: '{' });
    world.outbox.set('worse', { event_id: 'worse' });
    const { counts } = await createAuditShipper(world.stores()).ship(['bad', ...keys, 'worse']);
    expect(counts).toMatchObject({ shipped: 4, poison: 2 });
    expect(logged(world).map((event) => event.type)).toEqual([
      'audit.poison',
      'sign_in.succeeded',
      'sign_in.succeeded',
      'audit.poison',
    ]);
    expect(world.outbox.size).toBe(0);
  });

  it('A18 an event that only a later release knows is shipped as it is, and the log verifies', async () => {
    const world = createAuditWorld();
    const last = testEvent();
    const later = { ...testEvent(), type: 'grant.issued', grant: { gid: 'g' }, schema_version: 2 };
    const keys = world.add(last);
    world.outbox.set(later.event_id, { event_id: later.event_id, at: later.at, event: JSON.stringify(later) });
    const { counts } = await createAuditShipper(world.stores()).ship([later.event_id, ...keys]);
    expect(counts).toMatchObject({ shipped: 2, poison: 0, unknown: 1 });
    expect(logged(world)).toEqual([later, last]);
    const report = await verifyAuditLog({ source: fakeSource(lockedObjects(world.objects)), chain });
    expect(report).toMatchObject({ ok: true, findings: [], summary: { events: 2, unknownEvents: 1 } });
    expect(report.checks.find(({ check }) => check === 'contents')?.says).toContain('1 of a form');
  });

  it('F14 a poison record stored by a writer that died is not quarantined twice', async () => {
    const world = createAuditWorld();
    const key = 'k'.repeat(500);
    world.outbox.set(key, { event_id: key });
    const dying = createAuditShipper(world.stores((at) => (at === 'settle' ? Promise.reject(new Crash()) : undefined)));
    await dying.ship([key]);
    await createAuditShipper(world.stores()).ship([key]);
    expect(logged(world)).toHaveLength(1);
    expect(world.outbox.size).toBe(0);
  });

  it('large batches are cut into objects of bounded size', async () => {
    const world = createAuditWorld();
    const events = manyEvents(1201);
    const result = await createAuditShipper(world.stores()).ship(world.add(...events));
    expect(result.counts).toMatchObject({ shipped: 1201, objects: 3 });
    for (const [index, item] of [...Array(5)].entries()) {
      world.outbox.set(`big-${index}`, { event_id: `big-${index}`, event: `${item}`.padEnd(1_500_000) });
    }
    const big = await createAuditShipper(world.stores()).ship([0, 1, 2, 3, 4].map((index) => `big-${index}`));
    expect(big.counts).toMatchObject({ shipped: 5, objects: 3 });
  });

  it('a head that cannot be decoded does not stop the chain', async () => {
    const world = createAuditWorld();
    world.objects.set(1, new Uint8Array([1, 2, 3]));
    const { counts } = await createAuditShipper(world.stores()).ship(world.add(testEvent()));
    expect(counts).toMatchObject({ shipped: 1, objects: 1 });
    const report = await verifyAuditLog({ source: fakeSource(lockedObjects(world.objects)), chain });
    expect(report.findings.map(({ seq, reason }) => [seq, reason])).toEqual([[1, 'unreadable']]);
  });
});

describe('sweeping', () => {
  const sweep = (world: World, pages: string[][], outOfTime = () => false) => {
    const outbox = {
      async *overdue() {
        yield* pages;
      },
    };
    return sweepAuditOutbox({ outbox, shipper: createAuditShipper(world.stores()), outOfTime });
  };

  it('F13 F15 what the stream never brought is shipped from the table', async () => {
    const world = createAuditWorld();
    const events = manyEvents(5);
    const keys = world.add(...events);
    const swept = await sweep(world, [keys.slice(0, 3), keys.slice(3)]);
    expect(swept).toMatchObject({ overdue: 5, counts: { shipped: 5, objects: 2 } });
    await expectWhole(world, events);
  });

  it('stops between pages when its time is up', async () => {
    const world = createAuditWorld();
    const keys = world.add(...manyEvents(2));
    const pages = keys.map((key) => [key]);
    expect(await sweep(world, pages, () => true)).toMatchObject({ overdue: 1 });
    expect(world.outbox.size).toBe(1);
  });
});

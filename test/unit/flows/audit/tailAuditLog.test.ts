import { describe, expect, it } from 'vitest';
import type { LoggedEvent } from '../../../../lambdas/core/audit/loggedEvent.ts';
import { createAuditShipper } from '../../../../lambdas/flows/audit/shipAuditBatch.ts';
import { eventsBehind, eventsSince, lastEvents } from '../../../../lambdas/flows/audit/tailAuditLog.ts';
import { createAuditWorld, testEvent } from '../../../support/worlds/auditWorld.ts';

async function logOf(...sizes: number[]) {
  const world = createAuditWorld();
  const stores = world.stores();
  const shipper = createAuditShipper(stores);
  const ids: string[] = [];
  for (const size of sizes) {
    const keys = world.add(...Array.from({ length: size }, () => testEvent()));
    await shipper.ship(keys);
    ids.push(...keys);
  }
  return { world, shipper, log: stores.log, ids };
}

it('the last events are those of the newest batches, oldest first', async () => {
  const { log, ids } = await logOf(3, 1, 2);
  for (const count of [1, 2, 3, 5, 6, 100]) {
    const { events, seq } = await lastEvents({ log }, count);
    expect(events.map((event) => event.event_id)).toEqual(ids.slice(-count));
    expect(seq).toBe(3);
  }
});

it('an empty log has none', async () => {
  expect(await lastEvents({ log: (await logOf()).log }, 5)).toEqual({ events: [], seq: 0 });
});

describe('the events since a moment', () => {
  const startMs = Date.UTC(2026, 10, 1, 12);
  const at = (seconds: number) => new Date(startMs + seconds * 1000).toISOString();

  /** Batches of events that each happened, and were each stored, at the second given. */
  async function logAt(...batches: readonly { readonly stored: number; readonly happened: readonly number[] }[]) {
    const world = createAuditWorld();
    let nowMs = startMs;
    const reads: number[] = [];
    const { log, ...stores } = world.stores();
    const shipper = createAuditShipper({ ...stores, log, clock: () => nowMs });
    for (const { stored, happened } of batches) {
      nowMs = startMs + stored * 1000;
      await shipper.ship(world.add(...happened.map((second) => testEvent({ at: at(second) }))));
    }
    const read = (seq: number) => {
      reads.push(seq);
      return log.read(seq);
    };
    return { log: { latest: log.latest, read }, reads };
  }

  const secondsOf = (events: readonly LoggedEvent[]) => events.map((event) => (Date.parse(event.at) - startMs) / 1000);

  it('are all there are, however many came after the first', async () => {
    const crowd = Array.from({ length: 450 }, (_, index) => 1 + index);
    const { log } = await logAt({ stored: 0, happened: [-1, 0] }, { stored: 500, happened: crowd });
    const { events, seq } = await eventsSince({ log }, startMs);
    expect(secondsOf(events)).toEqual([0, ...crowd]);
    expect(seq).toBe(2);
  });

  it('are found behind one that was stored late', async () => {
    const { log, reads } = await logAt(
      { stored: -200, happened: [-200] },
      { stored: -90, happened: [-90] },
      { stored: -30, happened: [5] },
      { stored: 20, happened: [-100] },
      { stored: 21, happened: [7] },
    );
    expect(secondsOf((await eventsSince({ log }, startMs)).events)).toEqual([5, 7]);
    expect(reads).toEqual([5, 4, 3, 2]);
  });

  it('are none in an empty log', async () => {
    expect(await eventsSince({ log: (await logAt()).log }, startMs)).toEqual({ events: [], seq: 0 });
  });
});

it('what comes behind is given once, in order', async () => {
  const { world, shipper, log, ids } = await logOf(1, 1);
  let waits = 0;
  const wait = async () => {
    waits += 1;
    if (waits === 2) ids.push(...(await ship()));
  };
  const ship = async () => {
    const keys = world.add(testEvent(), testEvent());
    await shipper.ship(keys);
    return keys;
  };
  const seen: string[] = [];
  for await (const events of eventsBehind({ log, wait }, 1)) {
    seen.push(...events.map((event) => event.event_id));
    if (seen.length === 3) break;
  }
  expect(seen).toEqual(ids.slice(1));
  expect(waits).toBe(2);
});

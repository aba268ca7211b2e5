import { expect, test } from 'vitest';
import { createAuditShipper } from '../../../lambdas/flows/shipAuditBatch.ts';
import { eventsBehind, lastEvents } from '../../../lambdas/flows/tailAuditLog.ts';
import { createAuditWorld, testEvent } from '../../support/auditWorld.ts';

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

test('the last events are those of the newest batches, oldest first', async () => {
  const { log, ids } = await logOf(3, 1, 2);
  for (const count of [1, 2, 3, 5, 6, 100]) {
    const { events, seq } = await lastEvents({ log }, count);
    expect(events.map((event) => event.event_id)).toEqual(ids.slice(-count));
    expect(seq).toBe(3);
  }
});

test('an empty log has none', async () => {
  expect(await lastEvents({ log: (await logOf()).log }, 5)).toEqual({ events: [], seq: 0 });
});

test('what comes behind is given once, in order', async () => {
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

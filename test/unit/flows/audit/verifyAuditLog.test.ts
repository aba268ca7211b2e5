import { gunzipSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { batchKey, encodeBatch, sha256Hex } from '../../../../lambdas/core/audit/auditChain.ts';
import type { FindingReason } from '../../../../lambdas/core/audit/auditVerification.ts';
import { createAuditShipper } from '../../../../lambdas/flows/audit/shipAuditBatch.ts';
import { verifyAuditLog } from '../../../../lambdas/flows/audit/verifyAuditLog.ts';
import {
  chain,
  createAuditWorld,
  type FakeObject,
  fakeSource,
  lockedObjects,
  oneDayMs,
  storedVersion,
  testEvent,
} from '../../../support/worlds/auditWorld.ts';

const batches = 6;
let pristine: ReadonlyMap<number, Uint8Array>;

beforeAll(async () => {
  const world = createAuditWorld();
  const shipper = createAuditShipper(world.stores());
  for (let batch = 0; batch < batches; batch++) await shipper.ship(world.add(testEvent(), testEvent(), testEvent()));
  pristine = world.objects;
});

const log = () => lockedObjects(pristine);

function at(objects: Map<string, FakeObject>, seq: number): FakeObject {
  const object = objects.get(batchKey(chain, seq));
  if (!object) throw new Error(`no batch ${seq}`);
  return object;
}

async function reasons(objects: Map<string, FakeObject>, bucketLock?: { mode: string | undefined; days: number }) {
  const report = await verifyAuditLog({ source: fakeSource(objects, bucketLock), chain });
  expect(report.ok).toBe(report.findings.length === 0);
  return report.findings.map(({ seq, reason }): [number | undefined, FindingReason] => [seq, reason]);
}

/** A batch with other lines, as if its writer had been somebody else. */
function relined(bytes: Uint8Array, change: (lines: string[]) => string[]): Uint8Array {
  return gzipSync(`${change(gunzipSync(bytes).toString().trimEnd().split('\n')).join('\n')}\n`);
}

describe('an untouched log', () => {
  it('has no findings', async () => {
    const report = await verifyAuditLog({ source: fakeSource(log()), chain });
    expect(report).toMatchObject({ ok: true, findings: [], findingsTotal: 0 });
    expect(report.checks.map(({ result }) => result)).toEqual(['ok', 'ok', 'ok', 'ok', 'ok']);
    expect(report.summary).toMatchObject({
      objects: batches,
      events: 3 * batches,
      firstAt: '2026-11-01T00:00:00.000Z',
      head: { seq: batches, hash: sha256Hex(at(log(), batches).bytes) },
    });
  });

  it('in files says that locks were not looked at', async () => {
    const source = { ...fakeSource(log()), bucketLock: async () => undefined };
    const report = await verifyAuditLog({ source, chain });
    expect(report.ok).toBe(true);
    expect(report.checks.find(({ check }) => check === 'locks')?.result).toBe('not_checkable');
  });
});

describe('a log that was meddled with', () => {
  it('any byte changed in any batch is found', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: batches }),
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (seq, place, mask) => {
          const objects = log();
          const object = at(objects, seq);
          const bytes = Uint8Array.from(object.bytes);
          const index = place % bytes.length;
          bytes[index] = (bytes[index] ?? 0) ^ mask;
          object.bytes = bytes;
          const found = await reasons(objects);
          // In the last batch a byte that does not change the content (the gzip header's) has no successor to tell.
          const same = seq === batches && isSameContent(bytes, at(log(), seq).bytes);
          expect(found.length > 0).toBe(!same);
        },
      ),
      { numRuns: 150 },
    );
  });

  it('batches in any other order are found', async () => {
    const order = Array.from({ length: batches }, (_, index) => index + 1);
    await fc.assert(
      fc.asyncProperty(fc.shuffledSubarray(order, { minLength: batches }), async (shuffled) => {
        const objects = log();
        for (const [index, seq] of shuffled.entries()) at(objects, index + 1).bytes = at(log(), seq).bytes;
        const moved = shuffled.some((seq, index) => seq !== index + 1);
        const found = await reasons(objects);
        expect(found.some(([, reason]) => reason === 'wrong_sequence')).toBe(moved);
      }),
      { numRuns: 100 },
    );
  });

  it('batches taken out are found, unless they were the last', async () => {
    await fc.assert(
      fc.asyncProperty(fc.subarray([1, 2, 3, 4, 5, 6], { minLength: 1, maxLength: 5 }), async (removed) => {
        const objects = log();
        for (const seq of removed) objects.delete(batchKey(chain, seq));
        const isTail = removed.every((seq, index) => seq === batches - removed.length + 1 + index);
        expect((await reasons(objects)).some(([, reason]) => reason === 'missing')).toBe(!isTail);
      }),
      { numRuns: 60 },
    );
  });

  it('events that are moved, left out or put in are found', async () => {
    const changes: ((lines: string[]) => string[])[] = [
      ([header = '', one = '', ...rest]) => [header, ...rest, one],
      (lines) => lines.slice(0, -1),
      (lines) => [...lines, JSON.stringify(testEvent())],
    ];
    for (const change of changes) {
      const objects = log();
      at(objects, batches).bytes = relined(at(objects, batches).bytes, change);
      expect(await reasons(objects)).toEqual([[batches, 'event_ids_differ']]);
    }
  });

  it('a batch made anew is found at its successor, so the last one is for the lock to keep', async () => {
    const forge = (seq: number) =>
      encodeBatch({
        chain,
        seq,
        previous: seq === 1 ? null : sha256Hex(at(log(), seq - 1).bytes),
        events: [testEvent()],
        createdAtMs: 0,
      });
    const objects = log();
    at(objects, 3).bytes = forge(3);
    expect(await reasons(objects)).toEqual([[4, 'broken_link']]);
    const tail = log();
    at(tail, batches).bytes = forge(batches);
    expect(await reasons(tail)).toEqual([]);
  });

  it('an event that is there twice is found, with the batch that had it first', async () => {
    const twice = testEvent();
    const world = createAuditWorld();
    const shipper = createAuditShipper(world.stores());
    await shipper.ship(world.add(twice));
    await shipper.ship(world.add(twice));
    const report = await verifyAuditLog({ source: fakeSource(lockedObjects(world.objects)), chain });
    expect(report.findings).toMatchObject([
      { seq: 2, reason: 'duplicate_event', detail: `event ${twice.event_id} is in batch 1 already` },
    ]);
  });

  it('a batch of another chain is found', async () => {
    const objects = log();
    const previous = sha256Hex(at(objects, batches).bytes);
    const event = testEvent();
    const bytes = encodeBatch({ chain: 'other', seq: batches + 1, previous, events: [event], createdAtMs: 0 });
    objects.set(batchKey(chain, batches + 1), { ...at(objects, batches), bytes });
    expect(await reasons(objects)).toEqual([[batches + 1, 'wrong_chain']]);
  });

  it('a second version is found, beside the first', async () => {
    const objects = log();
    at(objects, 2).versions = [storedVersion('v1'), storedVersion('v2')];
    expect(await reasons(objects)).toEqual([[2, 'second_version']]);
  });

  it('a delete marker is found, over a batch or in its place', async () => {
    const objects = log();
    at(objects, 2).versions = [storedVersion('v1'), storedVersion('d1', true)];
    at(objects, batches).versions = [storedVersion('d1', true)];
    expect(await reasons(objects)).toEqual([
      [2, 'delete_marker'],
      [batches, 'delete_marker'],
      [batches, 'missing'],
    ]);
  });

  it('a foreign object is found', async () => {
    const objects = log();
    objects.set(`log/${chain}/notes.txt`, { ...at(objects, 1) });
    expect(await reasons(objects)).toEqual([[undefined, 'foreign_object']]);
  });

  it.each([
    ['none', { mode: undefined, retainUntilMs: undefined }, 'not_locked'],
    ['GOVERNANCE', { mode: 'GOVERNANCE', retainUntilMs: Date.UTC(2030) }, 'not_locked'],
    ['COMPLIANCE without an end', { mode: 'COMPLIANCE', retainUntilMs: undefined }, 'not_locked'],
    ['too short', { mode: 'COMPLIANCE', retainUntilMs: Date.UTC(2026, 10, 1) + oneDayMs / 2 }, 'lock_too_short'],
  ] as const)('a lock that is %s is found', async (_, lock, reason) => {
    const objects = log();
    at(objects, 4).lock = lock;
    expect(await reasons(objects)).toEqual([[4, reason]]);
  });

  it('locks shorter than what the auditor asks for are found', async () => {
    const report = await verifyAuditLog({ source: fakeSource(log()), chain, retentionDays: 365 });
    expect(report.findings.map(({ reason }) => reason)).toEqual(Array(batches).fill('lock_too_short'));
  });

  it('a retention is a finding when it was lowered, not when it was raised', async () => {
    const relocked = (days: (seq: number) => number) => {
      const objects = log();
      for (let seq = 1; seq <= batches; seq++) {
        const object = at(objects, seq);
        const storedAtMs = object.versions[0]?.storedAtMs ?? 0;
        object.lock = { mode: 'COMPLIANCE', retainUntilMs: storedAtMs + days(seq) * oneDayMs };
      }
      return objects;
    };
    expect(await reasons(relocked((seq) => (seq < 4 ? 30 : 365)))).toEqual([]);
    const lowered = await reasons(relocked((seq) => (seq < batches ? 365 : 30)));
    expect(lowered).toEqual([[batches, 'lock_too_short']]);
  });

  it('a bucket that does not lock by default is found', async () => {
    expect(await reasons(log(), { mode: 'GOVERNANCE', days: 1 })).toEqual([[undefined, 'bucket_not_locked']]);
  });

  it('findings are counted beyond the thousand that are listed', async () => {
    const objects = log();
    for (let index = 0; index < 1500; index++) objects.set(`log/${chain}/x${index}`, { ...at(objects, 1) });
    const report = await verifyAuditLog({ source: fakeSource(objects), chain });
    expect([report.findings.length, report.findingsTotal]).toEqual([1000, 1500]);
  });
});

it('a source that cannot be read proves nothing', async () => {
  const source = { ...fakeSource(log()), read: () => Promise.reject(new Error('no access')) };
  await expect(verifyAuditLog({ source, chain })).rejects.toThrow('no access');
});

function isSameContent(a: Uint8Array, b: Uint8Array): boolean {
  try {
    return gunzipSync(a).equals(gunzipSync(b));
  } catch {
    return false;
  }
}

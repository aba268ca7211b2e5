import { randomUUID } from 'node:crypto';
import type { AuditEvent } from '../../../lambdas/contract/auditEvents.ts';
import { batchKey, chainPrefix } from '../../../lambdas/core/audit/auditChain.ts';
import { accountEvent } from '../../../lambdas/core/audit/auditEvent.ts';
import type { LogKey, LogVersion } from '../../../lambdas/core/audit/auditVerification.ts';
import type { OutboxItem } from '../../../lambdas/core/audit/outboxItem.ts';
import type { AppendOutcome } from '../../../lambdas/core/audit/ports.ts';
import type { ShipDeps } from '../../../lambdas/flows/audit/shipAuditBatch.ts';

export const chain = 'main';

export function testEvent(change: Partial<AuditEvent> = {}): AuditEvent {
  return {
    ...accountEvent(
      { sub: randomUUID(), tenantId: 'acme' },
      { type: 'sign_in.succeeded', nowMs: Date.UTC(2026, 10, 1), targetId: randomUUID() },
    ),
    ...change,
  };
}

/** Where a process may be killed, in the order it gets there. */
export type CrashPoint = 'append' | 'appended' | 'settle' | 'settled' | 'fetch' | 'latest';

export class Crash extends Error {}

/** A bucket that honours `If-None-Match: *` and an outbox table, shared by any number of shippers. */
export function createAuditWorld() {
  const objects = new Map<number, Uint8Array>();
  const outbox = new Map<string, Record<string, unknown>>();

  const add = (...events: AuditEvent[]): string[] =>
    events.map((event) => {
      outbox.set(event.event_id, { event_id: event.event_id, at: event.at, event: JSON.stringify(event) });
      return event.event_id;
    });

  /** The stores of one process. `at` is called at every point, and may throw, answer for S3, or take its time. */
  const stores = (
    at: (point: CrashPoint, seq?: number) => Promise<AppendOutcome | undefined> | undefined = () => undefined,
  ) =>
    ({
      log: {
        async append(seq: number, bytes: Uint8Array): Promise<AppendOutcome> {
          const instead = await at('append', seq);
          if (instead) return instead;
          if (objects.has(seq)) return 'taken';
          objects.set(seq, bytes);
          return (await at('appended', seq)) ?? 'stored';
        },
        async latest(after: number) {
          await at('latest');
          return Math.max(after, ...objects.keys());
        },
        async read(seq: number) {
          const bytes = objects.get(seq);
          if (!bytes) throw new Error(`no batch ${seq}`);
          return bytes;
        },
      },
      outbox: {
        async fetch(keys: readonly string[]): Promise<OutboxItem[]> {
          await at('fetch');
          return keys.flatMap((key) => {
            const item = outbox.get(key);
            return item && item['held_until'] === undefined ? [{ key, item }] : [];
          });
        },
        async settle(items: readonly OutboxItem[]) {
          await at('settle');
          for (const { key } of items) outbox.delete(key);
          await at('settled');
        },
      },
      chain,
      clock: () => Date.UTC(2026, 10, 1),
      sleep: async () => {},
    }) satisfies ShipDeps;

  return { objects, outbox, add, stores };
}

export interface FakeObject {
  bytes: Uint8Array;
  versions: readonly LogVersion[];
  lock: { mode: string | undefined; retainUntilMs: number | undefined };
}

const storedAtMs = Date.UTC(2026, 10, 1);
export const oneDayMs = 86_400_000;

export function storedVersion(versionId: string, deleteMarker = false): LogVersion {
  return { versionId, deleteMarker, storedAtMs };
}

/** A log as an attacker would find it: objects by key, to be meddled with. */
export function lockedObjects(objects: ReadonlyMap<number, Uint8Array>): Map<string, FakeObject> {
  return new Map(
    [...objects].map(([seq, bytes]) => [
      batchKey(chain, seq),
      {
        bytes,
        versions: [storedVersion('v1')],
        lock: { mode: 'COMPLIANCE', retainUntilMs: storedAtMs + oneDayMs },
      },
    ]),
  );
}

export function fakeSource(
  objects: ReadonlyMap<string, FakeObject>,
  bucketLock: { mode: string | undefined; days: number | undefined } | undefined = { mode: 'COMPLIANCE', days: 1 },
) {
  return {
    name: 'a fake',
    bucketLock: async () => bucketLock,
    async *keys(name: string): AsyncGenerator<LogKey> {
      for (const [key, { versions }] of [...objects].toSorted(([a], [b]) => (a < b ? -1 : 1))) {
        if (key.startsWith(chainPrefix(name))) yield { key, versions };
      }
    },
    async read(key: string) {
      const object = objects.get(key);
      if (!object) throw new Error(`no object ${key}`);
      return { bytes: object.bytes, lock: bucketLock && object.lock };
    },
  };
}

import { encodeBatch } from '../../core/audit/auditChain.ts';
import { type ChainHead, emptyHead, headOf } from '../../core/audit/auditHead.ts';
import { eventOfItem, type OutboxItem } from '../../core/audit/outboxItem.ts';
import type { AuditLog, AuditOutboxReader } from '../../core/audit/ports.ts';
import type { Clock } from '../../core/common/clock.ts';

export interface ShipDeps {
  readonly chain: string;
  readonly log: AuditLog;
  readonly outbox: Pick<AuditOutboxReader, 'fetch' | 'settle'>;
  readonly clock: Clock;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  readonly random?: () => number;
}

export interface ShipCounts {
  shipped: number;
  /** Events that an earlier writer had stored and not taken out of the outbox. */
  adopted: number;
  poison: number;
  /** Events of a form that only a later release knows. They are shipped as they are. */
  unknown: number;
  conflicts: number;
  objects: number;
}

export interface ShipResult {
  readonly counts: Readonly<ShipCounts>;
  /** Keys that may still be in the outbox, in order; empty unless `failure` is set. */
  readonly unshipped: readonly string[];
  readonly failure?: unknown;
}

export interface AuditShipper {
  ship(keys: readonly string[]): Promise<ShipResult>;
}

const maxEventsPerObject = 500;
const maxBytesPerObject = 4 * 1024 * 1024;
const maxAttempts = 10;

/**
 * Ships outbox items to the end of the chain, each exactly once, whatever other shippers do and wherever one crashes.
 *
 * Invariant: whoever appends n + 1 has first taken the events of n out of the outbox, and then ships only what a
 * consistent read still finds there. By induction the events of 1…n are out, so none of them can come again; and the
 * conditional put fails when somebody appended in between. Nothing leaves the outbox before it is stored.
 */
export function createAuditShipper(deps: ShipDeps): AuditShipper {
  let head: ChainHead | undefined;
  let counts: ShipCounts = noCounts();

  const settle = async (settling: ChainHead, items: readonly OutboxItem[]) => {
    if (items.length > 0) await deps.outbox.settle(items);
    head = { ...settling, settled: true };
  };

  const settledHead = async (): Promise<ChainHead> => {
    const known = head ?? (await findHead(deps, emptyHead));
    head = known;
    if (known.settled) return known;
    const left = await deps.outbox.fetch(known.keys);
    await settle(known, left);
    counts.adopted += left.length;
    return { ...known, settled: true };
  };

  /** Ships a first part of the keys, and returns those behind it. */
  const shipSome = async (keys: readonly string[]): Promise<readonly string[]> => {
    for (let attempt = 1; attempt <= maxAttempts; attempt++) {
      const last = await settledHead();
      const items = await deps.outbox.fetch(keys);
      const part = withinSize(items);
      if (part.length === 0) return [];
      const read = part.map((item) => eventOfItem(item, deps.clock()));
      const events = read.map(({ event }) => event);
      const batch = { chain: deps.chain, seq: last.seq + 1, previous: last.hash, events, createdAtMs: deps.clock() };
      const bytes = encodeBatch(batch);
      const outcome = await deps.log.append(batch.seq, bytes);
      if (outcome === 'stored') {
        head = headOf(batch.seq, bytes);
        counts.shipped += part.length;
        for (const { form } of read) if (form !== 'known') counts[form] += 1;
        counts.objects += 1;
        await settle(head, part);
        return items.slice(part.length).map((item) => item.key);
      }
      counts.conflicts += 1;
      if (outcome === 'taken') head = await findHead(deps, last);
      await deps.sleep(backoff(attempt, deps.random ?? Math.random));
    }
    throw new Error(`the end of chain ${deps.chain} was not won in ${maxAttempts} attempts`);
  };

  return {
    async ship(keys) {
      counts = noCounts();
      let pending: readonly string[] = [...new Set(keys)];
      try {
        while (pending.length > 0) {
          const behind = pending.slice(maxEventsPerObject);
          pending = [...(await shipSome(pending.slice(0, maxEventsPerObject))), ...behind];
        }
        return { counts, unshipped: [] };
      } catch (failure) {
        return { counts, unshipped: pending, failure };
      }
    },
  };
}

async function findHead(deps: ShipDeps, known: ChainHead): Promise<ChainHead> {
  const seq = await deps.log.latest(known.seq);
  return seq === known.seq ? known : headOf(seq, await deps.log.read(seq));
}

/** As many items from the front as fit one object, and at least one. */
function withinSize(items: readonly OutboxItem[]): readonly OutboxItem[] {
  let size = 0;
  const end = items.findIndex(({ item }, index) => {
    size += JSON.stringify(item).length;
    return index > 0 && size > maxBytesPerObject;
  });
  return end === -1 ? items : items.slice(0, end);
}

/** Full jitter, up to 2 s. */
function backoff(attempt: number, random: () => number): number {
  return random() * Math.min(2000, 20 * 2 ** attempt);
}

export function noCounts(): ShipCounts {
  return { shipped: 0, adopted: 0, poison: 0, unknown: 0, conflicts: 0, objects: 0 };
}

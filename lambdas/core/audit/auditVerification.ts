import {
  type Batch,
  BatchError,
  type BatchFault,
  chainPrefix,
  decodeBatch,
  sequenceOf,
  sha256Hex,
} from './auditChain.ts';

/** One version of an object, or a delete marker. A file has neither an id nor a time that proves anything. */
export interface LogVersion {
  readonly versionId: string | undefined;
  readonly deleteMarker: boolean;
  readonly storedAtMs: number | undefined;
}

/** A key and everything there is under it, oldest first. */
export interface LogKey {
  readonly key: string;
  readonly versions: readonly LogVersion[];
}

export interface LockFacts {
  readonly mode: string | undefined;
  readonly retainUntilMs: number | undefined;
}

export type FindingReason =
  | BatchFault
  | 'missing'
  | 'wrong_sequence'
  | 'wrong_chain'
  | 'broken_link'
  | 'event_ids_differ'
  | 'duplicate_event'
  | 'second_version'
  | 'delete_marker'
  | 'foreign_object'
  | 'not_locked'
  | 'lock_too_short'
  | 'bucket_not_locked';

/** Something an untouched log does not have. */
export interface Finding {
  readonly reason: FindingReason;
  /** The batch; undefined for the bucket, or for an object that is no batch. */
  readonly seq: number | undefined;
  readonly detail: string;
}

export interface StoredBatch {
  readonly seq: number;
  readonly bytes: Uint8Array;
  /** The version the bytes are of. */
  readonly version: LogVersion;
  /** Undefined where a lock cannot be seen, as from files. */
  readonly lock: LockFacts | undefined;
}

export interface ChainSummary {
  readonly objects: number;
  readonly events: number;
  /** Those of a form that this release does not know: a later one wrote them. They are no fault. */
  readonly unknownEvents: number;
  readonly bytes: number;
  /** RFC 3339; of the first and the last event in the order of the log. */
  readonly firstAt: string | undefined;
  readonly lastAt: string | undefined;
  readonly head: { readonly seq: number; readonly hash: string } | undefined;
}

/** What the name and the versions of a key tell, without its content. */
export function checkKey(chain: string, { key, versions }: LogKey): { seq: number | undefined; findings: Finding[] } {
  const seq = sequenceOf(key.slice(chainPrefix(chain).length));
  if (seq === undefined) {
    return { seq, findings: [{ reason: 'foreign_object', seq, detail: `${key} is no batch of this chain` }] };
  }
  const markers = versions.filter((version) => version.deleteMarker).length;
  const contents = versions.length - markers;
  return {
    seq,
    findings: [
      ...(markers > 0 ? [finding('delete_marker', seq, `${markers} delete marker(s) over it`)] : []),
      ...(contents > 1 ? [finding('second_version', seq, `${contents} versions; the oldest was checked`)] : []),
      ...(contents === 0 ? [finding('missing', seq, 'nothing but delete markers is left of it')] : []),
    ],
  };
}

export interface ChainCheck {
  /** Takes the batches in ascending order, and says what is wrong with each. */
  add(stored: StoredBatch): Finding[];
  summary(): ChainSummary;
}

const clockToleranceMs = 60_000;

/**
 * The rules of a chain. Holds the ids of all events, and nothing else that grows with the log.
 *
 * @param retentionDays how long each batch must be locked from when it was stored; undefined: at least as long as every
 * batch before it. A deployment may raise the retention, which leaves the older locks as they are; nobody may lower it.
 */
export function createChainCheck(options: { chain: string; retentionDays: number | undefined }): ChainCheck {
  const seenIds = new Map<string, number>();
  let expectedSeq = 1;
  /** The hash that the next header must hold; undefined after a missing batch, which has been reported already. */
  let expectedPrevious: string | null | undefined = null;
  let objects = 0;
  let events = 0;
  let unknownEvents = 0;
  let bytes = 0;
  let firstAt: string | undefined;
  let lastAt: string | undefined;
  let head: ChainSummary['head'];
  let longestLockMs = 0;

  const lock = (stored: StoredBatch): Finding[] => {
    const requiredMs = options.retentionDays === undefined ? longestLockMs : options.retentionDays * 86_400_000;
    longestLockMs = Math.max(longestLockMs, lockMs(stored));
    return lockFindings(stored, requiredMs);
  };

  const sequence = (seq: number): Finding[] => {
    const missing = seq - expectedSeq;
    expectedSeq = seq + 1;
    if (missing === 0) return [];
    expectedPrevious = undefined;
    const range = missing === 1 ? `batch ${seq - 1} is` : `batches ${seq - missing} to ${seq - 1} are`;
    return [finding('missing', seq - missing, `${range} not there`)];
  };

  const duplicates = (seq: number, batch: Batch): Finding[] =>
    batch.events.flatMap(({ event_id: id }) => {
      const before = seenIds.get(id);
      if (before === undefined) seenIds.set(id, seq);
      return before === undefined ? [] : [finding('duplicate_event', seq, `event ${id} is in batch ${before} already`)];
    });

  const count = (batch: Batch) => {
    events += batch.events.length;
    unknownEvents += batch.unknown;
    firstAt ??= batch.events[0]?.at;
    lastAt = batch.events.at(-1)?.at ?? lastAt;
  };

  const content = (seq: number, data: Uint8Array): Finding[] => {
    const batch = decode(seq, data);
    if ('reason' in batch) return [batch];
    count(batch);
    return [
      ...headerFindings({ batch, seq, chain: options.chain, previous: expectedPrevious }),
      ...duplicates(seq, batch),
    ];
  };

  return {
    add(stored) {
      const { seq } = stored;
      const findings = [...sequence(seq), ...content(seq, stored.bytes), ...lock(stored)];
      objects += 1;
      bytes += stored.bytes.length;
      head = { seq, hash: sha256Hex(stored.bytes) };
      expectedPrevious = head.hash;
      return findings;
    },
    summary: () => ({ objects, events, unknownEvents, bytes, firstAt, lastAt, head }),
  };
}

function headerFindings(check: {
  readonly batch: Batch;
  readonly seq: number;
  readonly chain: string;
  readonly previous: string | null | undefined;
}): Finding[] {
  const { seq } = check;
  const { header, events } = check.batch;
  const ids = events.map((event) => event.event_id);
  const sameIds = ids.length === header.event_ids.length && ids.every((id, index) => id === header.event_ids[index]);
  return [
    ...(header.seq === seq ? [] : [finding('wrong_sequence', seq, `its header says ${header.seq}`)]),
    ...(header.chain === check.chain ? [] : [finding('wrong_chain', seq, `its header says ${header.chain}`)]),
    ...(check.previous === undefined || header.previous === check.previous
      ? []
      : [finding('broken_link', seq, 'it does not hold the SHA-256 of the batch before it')]),
    ...(sameIds ? [] : [finding('event_ids_differ', seq, 'its header does not list its events')]),
  ];
}

function lockMs({ lock, version }: StoredBatch): number {
  return lock?.mode === 'COMPLIANCE' ? (lock.retainUntilMs ?? 0) - (version.storedAtMs ?? 0) : 0;
}

function lockFindings(stored: StoredBatch, requiredMs: number): Finding[] {
  const { seq, lock } = stored;
  if (!lock) return [];
  if (lock.mode !== 'COMPLIANCE' || lock.retainUntilMs === undefined) {
    return [finding('not_locked', seq, `its lock is ${lock.mode ?? 'none'}, not COMPLIANCE`)];
  }
  if (lockMs(stored) >= requiredMs - clockToleranceMs) return [];
  return [finding('lock_too_short', seq, `locked until ${new Date(lock.retainUntilMs).toISOString()} only`)];
}

function decode(seq: number, bytes: Uint8Array): Batch | Finding {
  try {
    return decodeBatch(bytes);
  } catch (error) {
    if (error instanceof BatchError) return finding(error.fault, seq, error.message);
    throw error;
  }
}

function finding(reason: FindingReason, seq: number, detail: string): Finding {
  return { reason, seq, detail };
}

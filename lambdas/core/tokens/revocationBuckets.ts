/**
 * Where revocation entries are written and looked for. A partition is a minute of the writer's clock, so that a full
 * load is spread over as many partitions as an access token lives minutes, and a poll reads one or two.
 */

/** A poll still finds an entry whose writer is this late, or whose clock is this slow. */
const overlapMs = 20_000;
/** A writer's clock may be this fast. */
const aheadMs = 5_000;
const minuteMs = 60_000;

export function revocationBucket(writtenAtMs: number): string {
  return `m#${Math.floor(writtenAtMs / minuteMs)}`;
}

/**
 * Sorts by time of writing: 13 digits last until the year 2286.
 *
 * @param unique random text: two entries of one value and millisecond may be of different forms, and both must stay.
 */
export function revocationSortKey(
  writtenAtMs: number,
  { kind, value }: { readonly kind: string; readonly value: string },
  unique: string,
): string {
  return `${sortableTime(writtenAtMs)}#${kind}#${value}#${unique}`;
}

function sortableTime(ms: number): string {
  return String(Math.max(0, Math.floor(ms))).padStart(13, '0');
}

/** A range of entries: in each bucket, those from the sort key on. */
export interface RevocationRange {
  readonly buckets: readonly string[];
  readonly from: string;
}

/** All entries that can still matter: they live as long as the longest access token and the leeway. */
export function fullRange(nowMs: number, lifetimeSeconds: number): RevocationRange {
  const minutes = Math.ceil(lifetimeSeconds / 60) + 1;
  return rangeOf(nowMs - minutes * minuteMs, nowMs + aheadMs);
}

/** The entries that may be new since a load that began at `sinceMs`. */
export function deltaRange(sinceMs: number, nowMs: number): RevocationRange {
  return rangeOf(sinceMs - overlapMs, nowMs + aheadMs);
}

function rangeOf(fromMs: number, toMs: number): RevocationRange {
  const first = Math.floor(fromMs / minuteMs);
  const count = Math.floor(toMs / minuteMs) - first + 1;
  const buckets = Array.from({ length: count }, (_, index) => revocationBucket((first + index) * minuteMs));
  return { buckets, from: sortableTime(fromMs) };
}

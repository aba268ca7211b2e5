import {
  type ChainSummary,
  checkKey,
  createChainCheck,
  type Finding,
  type FindingReason,
  type LogKey,
} from '../../core/audit/auditVerification.ts';
import type { AuditLogSource } from '../../core/audit/ports.ts';
import { readAhead } from '../../core/common/readAhead.ts';

export interface CheckResult {
  readonly check: 'sequence' | 'links' | 'contents' | 'versions' | 'locks';
  readonly result: 'ok' | 'failed' | 'not_checkable';
  readonly says: string;
}

export interface AuditReport {
  readonly source: string;
  readonly chain: string;
  readonly ok: boolean;
  readonly checks: readonly CheckResult[];
  readonly summary: ChainSummary;
  /** The first thousand. */
  readonly findings: readonly Finding[];
  readonly findingsTotal: number;
}

const maxFindings = 1000;
const readAheadWidth = 16;

const reasonsOf: Record<CheckResult['check'], readonly FindingReason[]> = {
  sequence: ['missing', 'wrong_sequence', 'wrong_chain'],
  links: ['broken_link'],
  contents: ['unreadable', 'trailing_bytes', 'invalid_header', 'invalid_event', 'event_ids_differ', 'duplicate_event'],
  versions: ['second_version', 'delete_marker', 'foreign_object'],
  locks: ['not_locked', 'lock_too_short', 'bucket_not_locked'],
};

/**
 * Reads a whole chain once, one object after the other, and reports everything an untouched log does not have.
 *
 * It does not see a tail that was cut: nothing outside the log says how long it was. Object Lock, where the log is
 * locked, prevents that.
 *
 * @throws what the source throws when it cannot be read: then nothing has been proved.
 */
export async function verifyAuditLog(deps: {
  readonly source: AuditLogSource;
  readonly chain: string;
  /** How long batches must be locked; by default none may be locked for less time than the batch before it. */
  readonly retentionDays?: number | undefined;
}): Promise<AuditReport> {
  const { source, chain } = deps;
  const bucket = await source.bucketLock();
  const { retentionDays } = deps;
  const check = createChainCheck({ chain, retentionDays });
  const seen = new Map<FindingReason, number>();
  const findings: Finding[] = [];
  let findingsTotal = 0;
  const report = (found: readonly Finding[]) => {
    for (const { reason } of found) seen.set(reason, (seen.get(reason) ?? 0) + 1);
    findings.push(...found.slice(0, maxFindings - findings.length));
    findingsTotal += found.length;
  };

  if (bucket && (bucket.mode !== 'COMPLIANCE' || bucket.days === undefined)) {
    report([{ reason: 'bucket_not_locked', seq: undefined, detail: 'new objects get no COMPLIANCE lock by default' }]);
  }
  for await (const object of readAhead(source.keys(chain), readAheadWidth, (key) => readBatch(source, chain, key))) {
    report(object.findings);
    if (object.stored) report(check.add(object.stored));
  }
  const summary = check.summary();
  const checks = results({ summary, seen, bucket: bucket !== undefined, retentionDays });
  return { source: source.name, chain, ok: findingsTotal === 0, checks, summary, findings, findingsTotal };
}

async function readBatch(source: AuditLogSource, chain: string, entry: LogKey) {
  const { seq, findings } = checkKey(chain, entry);
  const version = entry.versions.find(({ deleteMarker }) => !deleteMarker);
  if (seq === undefined || !version) return { findings, stored: undefined };
  return { findings, stored: { seq, version, ...(await source.read(entry.key, version)) } };
}

function lockDuration(retentionDays: number | undefined): string {
  return retentionDays === undefined ? 'none for less time than one before it' : `for ${retentionDays} day(s) or more`;
}

function results(of: {
  readonly summary: ChainSummary;
  readonly seen: ReadonlyMap<FindingReason, number>;
  readonly bucket: boolean;
  readonly retentionDays: number | undefined;
}): readonly CheckResult[] {
  const { objects, events, unknownEvents, head } = of.summary;
  const unknown = unknownEvents === 0 ? '' : `; ${unknownEvents} of a form that only a later release knows`;
  const says: Record<CheckResult['check'], string> = {
    sequence: `${objects} batches, numbered from 1 to ${head?.seq ?? 0} without a gap`,
    links: 'each batch holds the SHA-256 of the one before it',
    contents: `${events} events, each valid, listed by its batch and there once${unknown}`,
    versions: of.bucket
      ? 'one version of each object, no delete marker, no foreign object'
      : 'no foreign file; versions and delete markers cannot be seen in files',
    locks: of.bucket
      ? `each batch is locked in COMPLIANCE mode, ${lockDuration(of.retentionDays)}`
      : 'locks cannot be seen in files',
  };
  return (['sequence', 'links', 'contents', 'versions', 'locks'] as const).map((check): CheckResult => {
    const reasons = reasonsOf[check].flatMap((reason) =>
      of.seen.has(reason) ? `${of.seen.get(reason)} × ${reason}` : [],
    );
    if (reasons.length > 0) return { check, result: 'failed', says: reasons.join(', ') };
    const blind = (check === 'locks' || check === 'versions') && !of.bucket;
    return { check, result: blind ? 'not_checkable' : 'ok', says: says[check] };
  });
}

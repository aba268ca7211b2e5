import type { RejectionReason } from '../../contract/rejectionReasons.ts';
import { strangerEvent } from '../../core/audit/auditEvent.ts';
import type { AuditOutbox } from '../../core/audit/ports.ts';
import type { Clock } from '../../core/common/clock.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import { sourceGroup } from '../../core/common/sourceGroup.ts';

export interface RecordRefusalDeps {
  readonly outbox: AuditOutbox;
  readonly clock: Clock;
}

/** Beyond this many sources in a minute the guard is emptied. That costs another write, never another event. */
const maxSources = 10_000;

/**
 * Records one event per source and minute, whatever a stranger sends. A warm Lambda does not try a second time: a flood
 * costs one write.
 */
export function createRefusalRecorder(deps: RecordRefusalDeps) {
  const sources = new Set<string>();
  let minute = -1;

  return async (from: RequestSource, reason: RejectionReason): Promise<void> => {
    const nowMs = deps.clock();
    const nowMinute = Math.floor(nowMs / 60_000);
    if (nowMinute !== minute || sources.size >= maxSources) sources.clear();
    minute = nowMinute;
    const ip = sourceGroup(from.ip);
    if (sources.has(ip)) return;
    sources.add(ip);
    await deps.outbox.record(strangerEvent({ type: 'verification.failed', nowMs, from, reason }));
  };
}

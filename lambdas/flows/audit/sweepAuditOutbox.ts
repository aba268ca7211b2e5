import type { AuditOutboxReader } from '../../core/audit/ports.ts';
import { type AuditShipper, noCounts, type ShipCounts } from './shipAuditBatch.ts';

export interface SweepDeps {
  readonly outbox: Pick<AuditOutboxReader, 'scan' | 'forget'>;
  readonly shipper: AuditShipper;
  /** Whether to leave the rest to the next run. */
  readonly outOfTime: () => boolean;
}

/** Younger events are left to the stream, which takes some seconds. */
export const overdueSeconds = 120;

export interface SweepResult {
  readonly counts: Readonly<ShipCounts>;
  readonly overdue: number;
  readonly forgotten: number;
}

/**
 * Ships what the stream did not: after an outage longer than a stream's 24 h, or when the writer's retries ran out. It
 * may run beside the writer: both ship by the same flow.
 */
export async function sweepAuditOutbox(deps: SweepDeps): Promise<SweepResult> {
  const counts = noCounts();
  let overdue = 0;
  let forgotten = 0;
  for await (const page of deps.outbox.scan({ overdueSeconds })) {
    const result = await deps.shipper.ship(page.overdue);
    if (result.failure !== undefined) throw result.failure;
    for (const name of Object.keys(counts) as (keyof ShipCounts)[]) counts[name] += result.counts[name];
    await deps.outbox.forget(page.expired);
    overdue += page.overdue.length;
    forgotten += page.expired.length;
    if (deps.outOfTime()) break;
  }
  return { counts, overdue, forgotten };
}

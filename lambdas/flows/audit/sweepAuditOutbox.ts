import type { AuditOutboxReader } from '../../core/audit/ports.ts';
import { type AuditShipper, noCounts, type ShipCounts } from './shipAuditBatch.ts';

export interface SweepDeps {
  readonly outbox: Pick<AuditOutboxReader, 'overdue'>;
  readonly shipper: AuditShipper;
  /** Whether to leave the rest to the next run. */
  readonly outOfTime: () => boolean;
}

/** Younger events are left to the stream, which takes some seconds. */
export const overdueSeconds = 120;

export interface SweepResult {
  readonly counts: Readonly<ShipCounts>;
  readonly overdue: number;
}

/**
 * Ships what the stream did not: after an outage longer than a stream's 24 h, or when the writer's retries ran out. It
 * may run beside the writer: both ship by the same flow.
 */
export async function sweepAuditOutbox(deps: SweepDeps): Promise<SweepResult> {
  const counts = noCounts();
  let overdue = 0;
  for await (const keys of deps.outbox.overdue({ overdueSeconds })) {
    const result = await deps.shipper.ship(keys);
    if (result.failure !== undefined) throw result.failure;
    for (const name of Object.keys(counts) as (keyof ShipCounts)[]) counts[name] += result.counts[name];
    overdue += keys.length;
    if (deps.outOfTime()) break;
  }
  return { counts, overdue };
}

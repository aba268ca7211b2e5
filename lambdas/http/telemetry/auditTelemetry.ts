import { createLogger } from './logger.ts';
import { metricEmitter } from './metrics.ts';

const logger = createLogger();
const metrics = metricEmitter();

export interface AuditShipping {
  readonly counts: {
    readonly shipped: number;
    readonly adopted: number;
    readonly poison: number;
    readonly unknown: number;
    readonly conflicts: number;
    readonly objects: number;
  };
  readonly failure?: unknown;
  /** Found by the sweeper: events the stream did not bring. */
  readonly overdue?: number;
}

/** One log line and one set of metrics a run. Neither holds anything of an event. */
export function reportShipping({ counts, failure, overdue }: AuditShipping): void {
  const counted = {
    AuditEventsShipped: counts.shipped,
    AuditEventsAdopted: counts.adopted,
    AuditPoisonRecords: counts.poison,
    UnknownForms: counts.unknown,
    AuditConflicts: counts.conflicts,
    AuditShipFailures: failure === undefined ? 0 : 1,
    AuditOverdueEvents: overdue ?? 0,
  };
  // Only what there is: a metric costs for the hours in which it is sent, and the sweeper runs every minute.
  const some = Object.fromEntries(Object.entries(counted).filter(([, count]) => count > 0));
  if (Object.keys(some).length > 0) metrics.emit(some);
  if (failure === undefined) logger.info('audit events shipped', { ...counts, overdue });
  else
    logger.error('audit events not shipped', {
      ...counts,
      overdue,
      error: failure instanceof Error ? failure : 'unknown',
    });
}

/** Reports a stream record that names no item. It ships nothing; the sweeper finds what the table holds. */
export function reportNamelessRecord(sequenceNumber: string): void {
  logger.error('stream record without a key', { sequence_number: sequenceNumber });
  metrics.emit({ AuditPoisonRecords: 1 });
}

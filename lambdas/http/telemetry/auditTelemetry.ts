import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';

const logger = new Logger();
const metrics = new Metrics({ namespace: 'Gatehouse' });

export interface AuditShipping {
  readonly counts: {
    readonly shipped: number;
    readonly adopted: number;
    readonly poison: number;
    readonly conflicts: number;
    readonly objects: number;
  };
  readonly failure?: unknown;
  /** Found by the sweeper: events the stream did not bring. */
  readonly overdue?: number;
}

/** One log line and one set of metrics a run. Neither holds anything of an event. */
export function reportShipping({ counts, failure, overdue }: AuditShipping): void {
  metrics.addMetric('AuditEventsShipped', MetricUnit.Count, counts.shipped);
  metrics.addMetric('AuditEventsAdopted', MetricUnit.Count, counts.adopted);
  metrics.addMetric('AuditPoisonRecords', MetricUnit.Count, counts.poison);
  metrics.addMetric('AuditConflicts', MetricUnit.Count, counts.conflicts);
  metrics.addMetric('AuditShipFailures', MetricUnit.Count, failure === undefined ? 0 : 1);
  if (overdue !== undefined) metrics.addMetric('AuditOverdueEvents', MetricUnit.Count, overdue);
  metrics.publishStoredMetrics();
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
  metrics.addMetric('AuditPoisonRecords', MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
}

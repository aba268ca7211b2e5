import type { Limits } from '../../contract/limits.ts';
import { systemClock as clock } from '../../core/common/clock.ts';
import { metricEmitter } from '../../http/telemetry/metrics.ts';
import { createAuditOutbox } from '../../stores/audit/auditOutbox.ts';
import type { DocumentClient } from '../../stores/dynamo/client.ts';
import type { TableNames } from '../../stores/dynamo/tableNames.ts';
import { createLimitCounter } from '../../stores/limits/limitCounter.ts';

interface LimitingEnvironment {
  readonly tables: Pick<TableNames, 'limits' | 'auditOutbox'>;
  readonly limits: Limits;
}

const metrics = metricEmitter();

/** What counting attempts takes, and recording the ones that are refused. */
export function limiting({ tables, limits }: LimitingEnvironment, client: DocumentClient) {
  return {
    limits: createLimitCounter({ client, table: tables.limits, limits, clock }),
    audit: createAuditOutbox({ client, table: tables.auditOutbox }),
    clock,
    onMailWithheld: () => metrics.emit({ MailsWithheld: 1 }),
  };
}

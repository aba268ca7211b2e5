import type { CallBounds } from '../../core/common/boundedRequests.ts';
import { metricEmitter } from '../../http/telemetry/metrics.ts';
import { createDocumentClient, type DocumentClient } from '../../stores/dynamo/client.ts';

/** A Lambda's client of its tables, which counts the conflicts of its writes. */
export function documentClient(options: Partial<CallBounds> = {}): DocumentClient {
  const metrics = metricEmitter();
  return createDocumentClient({ ...options, onConflict: () => metrics.emit({ TransactionConflicts: 1 }) });
}

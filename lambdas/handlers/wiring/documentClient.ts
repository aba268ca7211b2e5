import type { CallBounds } from '../../core/common/boundedRequests.ts';
import { createLogger } from '../../http/telemetry/logger.ts';
import { metricEmitter } from '../../http/telemetry/metrics.ts';
import { createDocumentClient, type DocumentClient } from '../../stores/dynamo/client.ts';
import { onUnknownForms } from '../../stores/dynamo/unknownForms.ts';

/**
 * A Lambda's client of its tables. It counts conflicts of writes, and what is read of a form that only a later release
 * knows.
 */
export function documentClient(options: Partial<CallBounds> = {}): DocumentClient {
  const metrics = metricEmitter();
  const logger = createLogger();
  onUnknownForms((forms) => {
    metrics.emit({ UnknownForms: forms.length });
    logger.warn('items of a later release', { forms });
  });
  return createDocumentClient({ ...options, onConflict: () => metrics.emit({ TransactionConflicts: 1 }) });
}

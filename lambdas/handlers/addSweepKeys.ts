import { systemClock as clock } from '../core/common/clock.ts';
import { createLogger } from '../http/telemetry/logger.ts';
import { readEnvironment } from '../manifest/environment.ts';
import { addMissingSweepKeys } from '../stores/common/missingSweepKeys.ts';
import { documentClient } from './wiring/documentClient.ts';

const { tables } = readEnvironment('addSweepKeys');
// Patient: a scan meets the items of one partition at a time, and a write that is throttled must not undo a deployment.
const client = documentClient({ attempts: 8, timeoutMs: 10_000 });
const logger = createLogger();

/** Runs at every deployment that changes a Lambda, as a custom resource, once all are changed. */
export async function handler(event: { readonly RequestType?: string } = {}): Promise<{ PhysicalResourceId: string }> {
  if (event.RequestType !== 'Delete') {
    logger.info('sweep keys added', { ...(await addMissingSweepKeys({ client, tables, clock })) });
  }
  return { PhysicalResourceId: 'sweep-keys' };
}

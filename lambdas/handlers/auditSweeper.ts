import { setTimeout as sleep } from 'node:timers/promises';
import type { Context } from 'aws-lambda';
import { systemClock } from '../core/common/clock.ts';
import { createAuditShipper } from '../flows/audit/shipAuditBatch.ts';
import { sweepAuditOutbox } from '../flows/audit/sweepAuditOutbox.ts';
import { reportShipping } from '../http/telemetry/auditTelemetry.ts';
import { readEnvironment } from '../manifest/environment.ts';
import { createAuditLog, createS3Client } from '../stores/audit/auditLog.ts';
import { createAuditOutboxReader } from '../stores/audit/auditOutboxReader.ts';
import { documentClient } from './wiring/documentClient.ts';

const env = readEnvironment('auditSweeper');
const outbox = createAuditOutboxReader({
  client: documentClient({ timeoutMs: 10_000 }),
  table: env.tables.auditOutbox,
  clock: systemClock,
});
const log = createAuditLog({ client: createS3Client(), bucket: env.auditBucket, chain: env.auditChain });
const reserveMs = 10_000;

/** Ships, on a schedule, what has been in the outbox for too long. It fails when that cannot be shipped. */
export async function handler(_event: unknown, context: Context): Promise<void> {
  const shipper = createAuditShipper({ chain: env.auditChain, log, outbox, clock: systemClock, sleep });
  const outOfTime = () => context.getRemainingTimeInMillis() < reserveMs;
  reportShipping(await sweepAuditOutbox({ outbox, shipper, outOfTime }));
}

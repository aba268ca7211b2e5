import { setTimeout as sleep } from 'node:timers/promises';
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda';
import { systemClock } from '../core/common/clock.ts';
import { createAuditShipper } from '../flows/audit/shipAuditBatch.ts';
import { reportNamelessRecord, reportShipping } from '../http/telemetry/auditTelemetry.ts';
import { readEnvironment } from '../manifest/environment.ts';
import { createAuditLog, createS3Client } from '../stores/audit/auditLog.ts';
import { createAuditOutboxReader } from '../stores/audit/auditOutboxReader.ts';
import { documentClient } from './wiring/documentClient.ts';

const env = readEnvironment('auditWriter');
const shipper = createAuditShipper({
  chain: env.auditChain,
  log: createAuditLog({ client: createS3Client(), bucket: env.auditBucket, chain: env.auditChain }),
  outbox: createAuditOutboxReader({
    client: documentClient({ timeoutMs: 10_000 }),
    table: env.tables.auditOutbox,
    clock: systemClock,
  }),
  clock: systemClock,
  sleep,
});

/**
 * Ships the events of AuditOutbox's stream, in its order. It takes the keys from the stream and the events from the
 * table.
 */
export async function handler(event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  const inserts = event.Records.filter((record) => record.eventName === 'INSERT').flatMap(named);
  const result = await shipper.ship(inserts.map(({ key }) => key));
  reportShipping(result);
  const unshipped = new Set(result.unshipped);
  return {
    batchItemFailures: inserts
      .filter(({ key }) => unshipped.has(key))
      .map(({ sequenceNumber }) => ({ itemIdentifier: sequenceNumber })),
  };
}

function named({ dynamodb }: DynamoDBRecord): { key: string; sequenceNumber: string }[] {
  const key = dynamodb?.Keys?.['event_id']?.S;
  const sequenceNumber = dynamodb?.SequenceNumber ?? '';
  if (key !== undefined) return [{ key, sequenceNumber }];
  reportNamelessRecord(sequenceNumber);
  return [];
}

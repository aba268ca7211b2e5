import type { DynamoDBRecord } from 'aws-lambda';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startFakeHttp } from '../../support/fakes/fakeHttp.ts';

let aws: Awaited<ReturnType<typeof startFakeHttp>>;

beforeEach(async () => {
  aws = await startFakeHttp(({ target }) =>
    target.endsWith('.BatchGetItem')
      ? { status: 400, errorType: 'AccessDeniedException' }
      : { status: 403, errorType: 'AccessDenied' },
  );
  const environment = {
    GATEHOUSE_DEPLOYMENT: 'gatehouse-local',
    GATEHOUSE_STAGE: 'local',
    GATEHOUSE_VERSION: '0',
    POWERTOOLS_SERVICE_NAME: 'auditWriter',
    POWERTOOLS_LOG_LEVEL: 'SILENT',
    POWERTOOLS_DEV: 'true',
    AUDIT_OUTBOX_TABLE: 'outbox',
    AUDIT_BUCKET: 'bucket',
    AUDIT_CHAIN: 'main',
    AWS_ENDPOINT_URL: aws.url,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'test',
    AWS_SECRET_ACCESS_KEY: 'test',
  };
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
  vi.spyOn(console, 'log').mockImplementation(() => {});
});

afterEach(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await aws.close();
});

const record = (eventName: 'INSERT' | 'MODIFY' | 'REMOVE', key: string, number: string): DynamoDBRecord => ({
  eventName,
  dynamodb: { Keys: { event_id: { S: key } }, SequenceNumber: number },
});

it('what could not be shipped is reported record by record', async () => {
  const { handler } = await import('../../../lambdas/handlers/auditWriter.ts');
  const nameless: DynamoDBRecord = { eventName: 'INSERT', dynamodb: { SequenceNumber: '3' } };
  const Records = [record('INSERT', 'a', '1'), record('MODIFY', 'b', '2'), nameless, record('INSERT', 'c', '4')];
  expect(await handler({ Records })).toEqual({
    batchItemFailures: [{ itemIdentifier: '1' }, { itemIdentifier: '4' }],
  });
  const before = aws.requests.length;
  expect(await handler({ Records: [record('REMOVE', 'd', '5')] })).toEqual({ batchItemFailures: [] });
  expect(aws.requests.length).toBe(before);
});

import { randomBytes } from 'node:crypto';
import type { DynamoDBRecord } from 'aws-lambda';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type FakeAnswer, type FakeRequest, startFakeHttp } from '../../support/fakes/fakeHttp.ts';

const address = 'alice.in.wonderland@example.com';
const nonce = randomBytes(16).toString('base64url');
const expiresAt = Math.floor(Date.now() / 1000) + 600;
const ring = {
  schema_version: 1,
  current: 'k1',
  keys: [{ kid: 'k1', key: randomBytes(32).toString('base64url'), created_at: 1_800_000_000 }],
};

let sesAnswer: FakeAnswer = {};
let suppressed = false;
let server: Awaited<ReturnType<typeof startFakeHttp>>;
let handler: typeof import('../../../lambdas/handlers/mailer.ts').handler;
let sweep: typeof import('../../../lambdas/handlers/mailSweeper.ts').handler;
const output: string[] = [];

/** What was written into a job that was taken up. */
const takenUp = new Map<string, object>();

function takeUp(input: { Key: { job_id: { S: string } }; ExpressionAttributeValues: Record<string, object> }): object {
  const { ':next': retry_at, ':retries': retries } = input.ExpressionAttributeValues;
  takenUp.set(input.Key.job_id.S, { retry_at, retries });
  return {};
}

/** The outbox holds a job of every name but `strange`, which is of another shape. */
function readItem({ TableName, Key }: { TableName: string; Key: { job_id?: { S: string } } }): object {
  if (TableName === 'MailSuppressions') return suppressed ? { Item: { reason: { S: 'bounce' } } } : {};
  const jobId = Key.job_id?.S ?? '';
  if (jobId === 'later') return { Item: { ...itemOf(jobId), template: { S: 'moved-house' } } };
  return { Item: jobId === 'strange' ? { job_id: { S: jobId } } : { ...itemOf(jobId), ...takenUp.get(jobId) } };
}

/** Two jobs are due, in two of the index's shards. */
function dueItemsOf(input: { ExpressionAttributeValues: { ':shard': { S: string } } }): object {
  const jobs: Readonly<Record<string, string>> = { '3': '5', c: '6' };
  const job = jobs[input.ExpressionAttributeValues[':shard'].S];
  return { Items: job === undefined ? [] : [{ job_id: { S: job }, retry_at: { N: '1' } }] };
}

function answer({ path, target, body }: FakeRequest): FakeAnswer {
  if (target === 'secretsmanager.GetSecretValue') return { body: { SecretString: JSON.stringify(ring) } };
  if (target === 'DynamoDB_20120810.Query') return { body: dueItemsOf(JSON.parse(body)) };
  if (target === 'DynamoDB_20120810.UpdateItem') return { body: takeUp(JSON.parse(body)) };
  if (target === 'DynamoDB_20120810.GetItem') return { body: readItem(JSON.parse(body)) };
  return path === '/v2/email/outbound-emails' ? sesAnswer : {};
}

beforeAll(async () => {
  server = await startFakeHttp(answer);
  vi.stubEnv('AWS_ENDPOINT_URL', server.url);
  vi.stubEnv('AWS_REGION', 'us-east-1');
  vi.stubEnv('AWS_ACCESS_KEY_ID', 'test');
  vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test');
  vi.stubEnv('GATEHOUSE_DEPLOYMENT', 'gatehouse-local');
  vi.stubEnv('GATEHOUSE_STAGE', 'local');
  vi.stubEnv('GATEHOUSE_VERSION', '0.0.0');
  vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'mailer');
  vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'DEBUG');
  vi.stubEnv('POWERTOOLS_DEV', 'true');
  vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  vi.stubEnv('ISSUER', 'https://auth.example.com');
  vi.stubEnv('MAIL_KEYS_SECRET', 'mail-keys');
  vi.stubEnv('MAIL_OUTBOX_TABLE', 'MailOutbox');
  vi.stubEnv('ACCOUNTS_TABLE', 'Accounts');
  vi.stubEnv('MAIL_FROM', 'no-reply@example.com');
  vi.stubEnv('MAIL_SUPPRESSIONS_TABLE', 'MailSuppressions');
  vi.stubEnv('MAIL_CONFIGURATION_SET', 'gatehouse-test');
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const) {
    vi.spyOn(console, method).mockImplementation((...values) => void output.push(values.map(String).join(' ')));
  }
  ({ handler } = await import('../../../lambdas/handlers/mailer.ts'));
  ({ handler: sweep } = await import('../../../lambdas/handlers/mailSweeper.ts'));
});

afterAll(async () => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  await server.close();
});

function itemOf(id: string): object {
  return {
    job_id: { S: id },
    schema_version: { N: '1' },
    template: { S: 'verify-email' },
    to: { S: address },
    expires_at: { N: String(expiresAt) },
    nonce: { S: nonce },
    kid: { S: 'k1' },
  };
}

function insertOf(id: string): DynamoDBRecord {
  return { eventName: 'INSERT', dynamodb: { SequenceNumber: id, Keys: { job_id: { S: id } } } };
}

/** A Lambda's run that has just begun. */
const run = { getRemainingTimeInMillis: () => 30_000 };

const calls = () => server.requests.splice(0).map(({ path, target }) => target || path);

it('sends the mail of an insert alone, then deletes its job', async () => {
  sesAnswer = { body: { MessageId: '1' } };
  const removal: DynamoDBRecord = { eventName: 'REMOVE', dynamodb: { SequenceNumber: '0' } };
  expect(await handler({ Records: [removal, insertOf('1')] }, run)).toEqual({ batchItemFailures: [] });
  expect(calls()).toEqual([
    'DynamoDB_20120810.GetItem',
    'secretsmanager.GetSecretValue',
    'DynamoDB_20120810.GetItem',
    '/v2/email/outbound-emails',
    'DynamoDB_20120810.DeleteItem',
  ]);
});

it('F33 holds up no record behind a mail that fails, and leaves its job', async () => {
  const message = `Email address is not verified. The following identities failed the check: ${address}`;
  sesAnswer = { status: 400, errorType: 'MessageRejected', body: { message } };
  const answered = await handler({ Records: [insertOf('strange'), insertOf('2'), insertOf('3')] }, run);
  expect(answered).toEqual({ batchItemFailures: [] });
  const called = calls();
  expect(called.filter((call) => call === '/v2/email/outbound-emails')).toHaveLength(2);
  expect(called).not.toContain('DynamoDB_20120810.DeleteItem');
});

it('F33 the sweeper takes up what is left, each mail before it sends it', async () => {
  sesAnswer = { body: { MessageId: '1' } };
  await sweep({}, run);
  const called = calls();
  const taken = (call: string) => called.filter((one) => one === call).length;
  expect(called.indexOf('DynamoDB_20120810.UpdateItem')).toBeLessThan(called.indexOf('/v2/email/outbound-emails'));
  expect(taken('DynamoDB_20120810.UpdateItem')).toBe(2);
  expect(taken('/v2/email/outbound-emails')).toBe(2);
  expect(taken('DynamoDB_20120810.DeleteItem')).toBe(2);
});

it('F33 the mailer sends nothing that a sweeper has taken up, or that it may be ended at', async () => {
  expect(await handler({ Records: [insertOf('5')] }, run)).toEqual({ batchItemFailures: [] });
  expect(calls()).toEqual(['DynamoDB_20120810.GetItem']);
  await handler({ Records: [insertOf('7')] }, { getRemainingTimeInMillis: () => 20_000 });
  expect(calls()).not.toContain('/v2/email/outbound-emails');
});

it('F33 the sweeper leaves to its next run what it has no time for', async () => {
  await sweep({}, { getRemainingTimeInMillis: () => 1000 });
  expect(new Set(calls())).toEqual(new Set(['DynamoDB_20120810.Query']));
});

it('A18 F33 a mail that only a later release knows stays where it is', async () => {
  expect(await handler({ Records: [insertOf('later')] }, run)).toEqual({ batchItemFailures: [] });
  expect(calls()).toEqual(['DynamoDB_20120810.GetItem']);
});

it('a suppressed address gets nothing', async () => {
  suppressed = true;
  expect(await handler({ Records: [insertOf('4')] }, run)).toEqual({ batchItemFailures: [] });
  expect(calls()).toEqual(['DynamoDB_20120810.GetItem', 'DynamoDB_20120810.GetItem', 'DynamoDB_20120810.DeleteItem']);
});

it('logs and metrics tell outcomes alone', () => {
  const everything = output.join('\n');
  for (const metric of ['MailsSent', 'MailsRetried', 'MailsPoisoned', 'MailsSuppressed', 'UnknownForms'])
    expect(everything).toContain(metric);
  for (const word of ['mail sent', 'MessageRejected', 'mail dropped']) expect(everything).toContain(word);
  for (const secret of [address, 'wonderland', nonce, 'token=', Buffer.from(address).toString('base64url')]) {
    expect(everything).not.toContain(secret);
  }
});

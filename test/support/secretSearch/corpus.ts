import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import {
  type CloudWatchLogsClient,
  type FilteredLogEvent,
  paginateDescribeLogGroups,
  paginateFilterLogEvents,
} from '@aws-sdk/client-cloudwatch-logs';
import { paginateListTables } from '@aws-sdk/client-dynamodb';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import {
  GetObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type ObjectVersion,
  type S3Client,
} from '@aws-sdk/client-s3';
import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { clientConfig } from '../../../scripts/local/cloud/clients.ts';
import { awsClients } from '../stack/awsClients.ts';
import { stack } from '../stack/stack.ts';

export type Source = 'logs' | 'processes' | 'tables' | 'streams' | 'objects';

export interface CorpusRecord {
  readonly source: Source;
  /** Where it was found: a log group, table or object key. */
  readonly name: string;
  readonly text: string;
}

/** Everything the stack has written where others than the two ends of a request may read it. */
export async function* corpus(): AsyncGenerator<CorpusRecord> {
  yield* logs();
  yield* processes();
  yield* tables();
  yield* streams();
  yield* objects();
}

export async function* logs(): AsyncGenerator<CorpusRecord> {
  const { logs: client } = awsClients();
  for await (const page of paginateDescribeLogGroups({ client }, {})) {
    for (const { logGroupName = '' } of page.logGroups ?? []) {
      for await (const { message = '' } of logEvents(client, logGroupName)) {
        yield { source: 'logs', name: logGroupName, text: message };
      }
    }
  }
}

/** The emulator answers no more events than this at once, and no token to continue with. */
const mostLogEvents = 10_000;

/** Every event of a log group, in order; those of the last millisecond of an answer come again with the next. */
async function* logEvents(client: CloudWatchLogsClient, logGroupName: string): AsyncGenerator<FilteredLogEvent> {
  for (let startTime = 0; ; ) {
    const pages = await Array.fromAsync(paginateFilterLogEvents({ client }, { logGroupName, startTime }));
    const events = pages.flatMap((page) => page.events ?? []);
    const last = events.at(-1)?.timestamp ?? 0;
    const complete = events.length < mostLogEvents;
    yield* complete ? events : events.filter(({ timestamp = 0 }) => timestamp < last);
    if (complete) return;
    if (last <= startTime) throw new Error(`${logGroupName}: ${mostLogEvents} events in one millisecond`);
    startTime = last;
  }
}

/** What the front and the emulator, which the Lambdas' output goes through, have written. */
async function* processes(): AsyncGenerator<CorpusRecord> {
  const folder = processLogs();
  for (const name of readdirSync(folder)) {
    for (const text of readFileSync(join(folder, name), 'utf8').split('\n')) yield { source: 'processes', name, text };
  }
}

export function processLogs(): string {
  return join(dirname(process.env['GATEHOUSE_STACK_FILE'] ?? ''), 'log');
}

async function* tables(): AsyncGenerator<CorpusRecord> {
  const { documents: client, dynamoDb } = awsClients();
  // This includes the tables that the integration suites have made for themselves.
  for await (const { TableNames = [] } of paginateListTables({ client: dynamoDb }, {})) {
    for (const name of TableNames) {
      for await (const page of paginateScan({ client }, { TableName: name })) {
        for (const item of page.Items ?? []) yield { source: 'tables', name, text: JSON.stringify(item) };
      }
    }
  }
}

async function* streams(): AsyncGenerator<CorpusRecord> {
  const client = new DynamoDBStreamsClient(clientConfig({ endpointUrl: stack().endpoint_url, region: stack().region }));
  for (const [name, TableName] of Object.entries(stack().tables)) {
    const { Streams = [] } = await client.send(new ListStreamsCommand({ TableName }));
    for (const { StreamArn } of Streams) {
      const { StreamDescription } = await client.send(new DescribeStreamCommand({ StreamArn }));
      for (const { ShardId } of StreamDescription?.Shards ?? []) {
        const start = { StreamArn, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
        let { ShardIterator } = await client.send(new GetShardIteratorCommand(start));
        while (ShardIterator !== undefined) {
          const { Records = [], NextShardIterator } = await client.send(new GetRecordsCommand({ ShardIterator }));
          for (const record of Records) yield { source: 'streams', name, text: JSON.stringify(record.dynamodb) };
          ShardIterator = Records.length > 0 ? NextShardIterator : undefined;
        }
      }
    }
  }
}

export async function* objects(): AsyncGenerator<CorpusRecord> {
  const { s3: client } = awsClients();
  const Bucket = stack().audit_bucket;
  for await (const page of versionPages(client, Bucket)) {
    for (const { Key = '', VersionId } of page) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key, VersionId }));
      const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
      const text = (Key.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
      yield { source: 'objects', name: Key, text };
    }
  }
}

async function* versionPages(client: S3Client, Bucket: string): AsyncGenerator<ObjectVersion[]> {
  let next: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } | undefined = {};
  while (next) {
    const page: ListObjectVersionsCommandOutput = await client.send(new ListObjectVersionsCommand({ Bucket, ...next }));
    yield page.Versions ?? [];
    next = page.IsTruncated ? { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker } : undefined;
  }
}

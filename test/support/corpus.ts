import { gunzipSync } from 'node:zlib';
import { paginateDescribeLogGroups, paginateFilterLogEvents } from '@aws-sdk/client-cloudwatch-logs';
import {
  DescribeStreamCommand,
  DynamoDBStreamsClient,
  GetRecordsCommand,
  GetShardIteratorCommand,
  ListStreamsCommand,
} from '@aws-sdk/client-dynamodb-streams';
import { GetObjectCommand, paginateListObjectsV2 } from '@aws-sdk/client-s3';
import { paginateScan } from '@aws-sdk/lib-dynamodb';
import { clientConfig } from '../../scripts/local/clients.ts';
import { awsClients } from './awsClients.ts';
import { stack } from './stack.ts';

export type Source = 'logs' | 'tables' | 'streams' | 'objects';

export interface CorpusRecord {
  readonly source: Source;
  /** Where it was found: a log group, table or object key. */
  readonly name: string;
  readonly text: string;
}

/** Everything the stack has written where others than the two ends of a request may read it. */
export async function* corpus(): AsyncGenerator<CorpusRecord> {
  yield* logs();
  yield* tables();
  yield* streams();
  yield* objects();
}

async function* logs(): AsyncGenerator<CorpusRecord> {
  const { logs: client } = awsClients();
  for await (const page of paginateDescribeLogGroups({ client }, {})) {
    for (const { logGroupName = '' } of page.logGroups ?? []) {
      for await (const { events = [] } of paginateFilterLogEvents({ client }, { logGroupName })) {
        for (const { message = '' } of events) yield { source: 'logs', name: logGroupName, text: message };
      }
    }
  }
}

async function* tables(): AsyncGenerator<CorpusRecord> {
  const { documents: client } = awsClients();
  for (const [name, TableName] of Object.entries(stack().tables)) {
    for await (const page of paginateScan({ client }, { TableName })) {
      for (const item of page.Items ?? []) yield { source: 'tables', name, text: JSON.stringify(item) };
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

async function* objects(): AsyncGenerator<CorpusRecord> {
  const { s3: client } = awsClients();
  const Bucket = stack().audit_bucket;
  for await (const page of paginateListObjectsV2({ client }, { Bucket })) {
    for (const { Key = '' } of page.Contents ?? []) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
      const text = (Key.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
      yield { source: 'objects', name: Key, text };
    }
  }
}

import { Duration } from 'aws-cdk-lib';
import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';
import type { GatehouseFunction } from './gatehouseFunction.ts';

export interface StreamConsumerProps {
  readonly table: Table;
  readonly consumer: GatehouseFunction;
  readonly batchSize: number;
  readonly batchWindowSeconds: number;
  /** How often a failing batch is tried again; -1 for as long as a record's age allows. */
  readonly maximumRetryAttempts: number;
  readonly maximumRecordAgeSeconds: number;
}

/**
 * Feeds the items that are put into a table to a Lambda, which reports those that failed. After the last retry a queue
 * gets the failed records' positions; the items themselves are still in the table.
 */
export class StreamConsumer extends Construct {
  readonly failures: Queue;

  constructor(scope: Construct, id: string, props: StreamConsumerProps) {
    super(scope, id);
    const { table, consumer } = props;
    this.failures = new Queue(this, 'Failures', {
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      retentionPeriod: Duration.days(14),
    });
    acknowledge(this.failures, 'AwsSolutions-SQS3', 'This queue is itself where failures end up.');
    const streamArn = streamArnOf(table);
    consumer.role.addToPolicy(
      new PolicyStatement({
        actions: [
          'dynamodb:DescribeStream',
          'dynamodb:GetRecords',
          'dynamodb:GetShardIterator',
          'dynamodb:ListStreams',
        ],
        resources: [streamArn],
      }),
    );
    this.failures.grantSendMessages(consumer.role);
    const mapping = new CfnEventSourceMapping(this, 'Mapping', {
      functionName: consumer.lambda.functionArn,
      eventSourceArn: streamArn,
      startingPosition: 'TRIM_HORIZON',
      batchSize: props.batchSize,
      maximumBatchingWindowInSeconds: props.batchWindowSeconds,
      bisectBatchOnFunctionError: true,
      functionResponseTypes: ['ReportBatchItemFailures'],
      maximumRetryAttempts: props.maximumRetryAttempts,
      maximumRecordAgeInSeconds: props.maximumRecordAgeSeconds,
      filterCriteria: { filters: [{ pattern: JSON.stringify({ eventName: ['INSERT'] }) }] },
      destinationConfig: { onFailure: { destination: this.failures.queueArn } },
    });
    // The mapping is refused until the role may read the stream.
    mapping.node.addDependency(consumer.role);
  }
}

function streamArnOf(table: Table): string {
  if (!table.tableStreamArn) throw new Error(`${table.node.path} has no stream`);
  return table.tableStreamArn;
}

import type { Table } from 'aws-cdk-lib/aws-dynamodb';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { CfnEventSourceMapping } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { FailureQueue } from './failureQueue.ts';
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
  constructor(scope: Construct, id: string, props: StreamConsumerProps) {
    super(scope, id);
    const { table, consumer } = props;
    const queue = new FailureQueue(this, 'Failures', {
      holds: `${consumer.name} gave up records of a stream, whose items are still in the table`,
    });
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
    queue.grantSendMessages(consumer.role);
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
      destinationConfig: { onFailure: { destination: queue.queueArn } },
    });
    // The mapping is refused until the role may read the stream.
    mapping.node.addDependency(consumer.role);
  }
}

function streamArnOf(table: Table): string {
  if (!table.tableStreamArn) throw new Error(`${table.node.path} has no stream`);
  return table.tableStreamArn;
}

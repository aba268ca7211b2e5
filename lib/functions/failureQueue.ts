import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { acknowledge } from '../acknowledge.ts';

/** Where what failed for good ends up, with an alarm for as long as anything lies there. */
export class FailureQueue extends Queue {
  /** @param props.holds what a message in it means, for whoever the alarm wakes. */
  constructor(scope: Construct, id: string, { holds }: { readonly holds: string }) {
    super(scope, id, { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: Duration.days(14) });
    acknowledge(this, 'AwsSolutions-SQS3', 'This queue is itself where failures end up.');
    new Alarm(this, 'Alarm', {
      alarmDescription: `Gatehouse: ${holds}. See "Failure queues" in docs/operations.md`,
      metric: this.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(1), statistic: 'Maximum' }),
      threshold: 0,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: 1,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    });
  }
}

import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { type MetricName, metricNamespace } from '../../lambdas/contract/metrics.ts';

interface AlarmDefinition {
  readonly metric: MetricName<'alarmed'>;
  readonly means: string;
  readonly whatToDo: string;
}

const alarms: readonly AlarmDefinition[] = [
  {
    metric: 'UnknownForms',
    means:
      'A Lambda read items, keys, revocations or mails of a form that only a later release knows, and went on without.',
    whatToDo:
      'While a release is deployed, wait until the deployment is done. Otherwise something writes that was never ' +
      'taken back: deploy that later release again. Revocations of that form hold for 15 minutes at most.',
  },
  {
    metric: 'MailsWithheld',
    means: 'Mails to addresses that never confirmed one have reached their number of the hour, and were withheld.',
    whatToDo: 'See "Mails withheld" in docs/operations.md: find out who asks for them, or raise the limit.',
  },
];

/** Alarms on the metrics of the contract. Each says what to do; `tellOfAlarms` says to whom. */
export class Alarms extends Construct {
  /** @param props.deployment its name, which is a dimension of its metrics. */
  constructor(scope: Construct, id: string, { deployment }: { readonly deployment: string }) {
    super(scope, id);
    for (const { metric, means, whatToDo } of alarms) {
      new Alarm(this, metric, {
        alarmDescription: `Gatehouse: ${means} ${whatToDo}`,
        metric: new Metric({
          namespace: metricNamespace,
          metricName: metric,
          dimensionsMap: { deployment },
          statistic: Stats.SUM,
          period: Duration.minutes(1),
        }),
        threshold: 0,
        evaluationPeriods: 1,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
    }
  }
}

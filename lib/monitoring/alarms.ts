import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, Metric, Stats, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { LambdaName } from '../../lambdas/contract/lambdas.ts';
import { type MetricName, metricNamespace } from '../../lambdas/contract/metrics.ts';
import { namesOf } from '../../lambdas/contract/records.ts';
import { type LambdaDefinition, readingActions } from '../../lambdas/manifest/definition.ts';
import { lambdas } from '../../lambdas/manifest/lambdas.ts';
import type { TableName } from '../../lambdas/manifest/tables.ts';

interface AlarmDefinition {
  readonly metric: MetricName<'none'>;
  /** Each that counts it gets an alarm of its own: an alarm watches one metric, and the Lambda is a dimension of it. */
  readonly lambdas: readonly LambdaName[];
  readonly means: string;
  readonly whatToDo: string;
}

/** The tables whose items say what a later release may say in another form. */
const countedTables: readonly TableName[] = [
  'Accounts',
  'Sessions',
  'Devices',
  'Factors',
  'Grants',
  'Revocations',
  'PublishedKeys',
  'MailOutbox',
  'AuditOutbox',
];

const alarms: readonly AlarmDefinition[] = [
  {
    metric: 'UnknownForms',
    lambdas: namesOf(lambdas).filter((name) => readsItems(name)),
    means: 'It read items, keys, revocations or mails of a form that only a later release knows, and went on without.',
    whatToDo:
      'While a release is deployed, wait until the deployment is done. Otherwise something writes that was never ' +
      'taken back: deploy that later release again. Revocations of that form hold for 15 minutes at most.',
  },
  {
    metric: 'MailsWithheld',
    lambdas: ['registration', 'recovery', 'account'],
    means: 'Mails to addresses that never confirmed one have reached their number of the hour, and were withheld.',
    whatToDo: 'See "Mails withheld" in docs/operations.md: find out who asks for them, or raise the limit.',
  },
];

/** Whether a Lambda reads items whose attributes a later release may have changed. */
function readsItems(name: LambdaName): boolean {
  const { tables = {}, trigger }: LambdaDefinition = lambdas[name];
  // It reads no attribute but those of this release.
  if (trigger.by === 'update') return false;
  return namesOf(tables).some(
    (table) => countedTables.includes(table) && tables[table]?.some((action) => readingActions.includes(action)),
  );
}

/** Alarms on the metrics of the contract. Each says what to do; `tellOfAlarms` says to whom. */
export class Alarms extends Construct {
  /** @param props.deployment its name, which is a dimension of its metrics. */
  constructor(scope: Construct, id: string, { deployment }: { readonly deployment: string }) {
    super(scope, id);
    for (const { metric, lambdas, means, whatToDo } of alarms) {
      for (const service of lambdas) {
        new Alarm(this, `${metric}-${service}`, {
          alarmDescription: `Gatehouse, ${service}: ${means} ${whatToDo}`,
          metric: new Metric({
            namespace: metricNamespace,
            metricName: metric,
            dimensionsMap: { deployment, service },
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
}

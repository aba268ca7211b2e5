import { z } from 'zod';
import { lambdaNames } from '../../../lambdas/contract/lambdas.ts';
import type { LambdaDefinition } from '../../../lambdas/manifest/definition.ts';
import { lambdas } from '../../../lambdas/manifest/lambdas.ts';
import type { Deployed, Stacks } from '../../infra/deployments.ts';
import { type PricedRegion, prices } from './prices.ts';

const minutesAMonth = 43_800;
/** What a run of a sweep that finds nothing takes, warm, and what it writes into its log. */
const sweep = { seconds: 0.05, logKb: 1.5 };
/** Each of the index's shards is asked, and an empty answer of an eventually consistent query is half a unit. */
const readUnitsOfSweep = 16 * 0.5;
/** CloudWatch stores logs compressed. */
const storedShare = 0.15;

/** What a deployment that nobody uses costs, in $ a month, by what costs it. */
export function idleCosts(stacks: Stacks, region: PricedRegion): Readonly<Record<string, number>> {
  const price = prices[region];
  const all = (type: string) => [stacks.data, stacks.api].flatMap((stack) => stack.all(type));
  const alarmMetrics = all('AWS::CloudWatch::Alarm').map(([, { Properties }]) =>
    Array.isArray(Properties['Metrics']) ? Properties['Metrics'].length : 1,
  );
  const rules = all('AWS::WAFv2::WebACL').map(([, { Properties }]) => z.array(z.unknown()).parse(Properties['Rules']));
  return {
    'KMS keys': all('AWS::KMS::Key').length * price.kmsKey,
    'Secrets Manager': all('AWS::SecretsManager::Secret').length * price.secret,
    WAF: rules.length * price.webAcl + sum(rules.map(({ length }) => length)) * price.webAclRule,
    Alarms:
      sum(alarmMetrics) * price.alarmMetric + all('AWS::CloudWatch::CompositeAlarm').length * price.compositeAlarm,
    Dashboards: all('AWS::CloudWatch::Dashboard').length * price.dashboard,
    Schedules: sum(lambdaNames.map((name) => costOfSchedule(lambdas[name], price))),
    'Log storage': logStorage(stacks.api, price.logGbMonth),
  };
}

/** Of what runs by a schedule. That the stacks have no schedule but these, the test holds. */
function costOfSchedule(
  { trigger, memoryMb, sweeps = [] }: LambdaDefinition,
  price: (typeof prices)[PricedRegion],
): number {
  if (trigger.by !== 'schedule') return 0;
  const run =
    price.lambdaInvocation +
    (memoryMb / 1024) * sweep.seconds * price.lambdaGbSecond +
    sweeps.length * readUnitsOfSweep * price.readRequestUnit +
    (sweep.logKb / 1024 ** 2) * price.logGb;
  return (minutesAMonth / trigger.everyMinutes) * run;
}

/** Of the schedules' logs, once the oldest are as old as they get. */
function logStorage(api: Deployed, price: number): number {
  const groups = api.all('AWS::Logs::LogGroup').map(([id, { Properties }]) => ({
    name: /^Functions(\w+?)Logs/.exec(id)?.[1],
    days: z.number().parse(Properties['RetentionInDays']),
  }));
  return sum(
    lambdaNames.map((name) => {
      const { trigger }: LambdaDefinition = lambdas[name];
      const days = groups.find((group) => group.name === name)?.days ?? Number.NaN;
      if (trigger.by !== 'schedule') return 0;
      const runs = (days * 24 * 60) / trigger.everyMinutes;
      return ((runs * sweep.logKb) / 1024 ** 2) * storedShare * price;
    }),
  );
}

export function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

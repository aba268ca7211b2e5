import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { lambdaNames } from '../../lambdas/contract/lambdas.ts';
import type { LambdaDefinition } from '../../lambdas/manifest/definition.ts';
import { lambdas } from '../../lambdas/manifest/lambdas.ts';
import { idleCosts, sum } from '../support/costs/idleCosts.ts';
import { type PricedRegion, prices } from '../support/costs/prices.ts';
import { type Context, deployed, devContext, prodContext } from './deployments.ts';

const withoutManagedRules = { ...prodContext, managedWafRules: 'false' };
const regions = Object.keys(prices) as PricedRegion[];
const total = (context: Context, region: PricedRegion) => sum(Object.values(idleCosts(deployed(context), region)));

describe.each(regions)('a deployment that nobody uses, in %s', (region) => {
  it('costs 15 $ a month at most without managed rule groups', () => {
    expect(total(withoutManagedRules, region)).toBeLessThanOrEqual(15);
  });

  it('costs 7 $ more with them', () => {
    expect(total(prodContext, region) - total(withoutManagedRules, region)).toBeCloseTo(7, 6);
  });
});

it('nothing else in the templates costs by the month', () => {
  const { data, api } = deployed(prodContext);
  const byTheMonth =
    /^AWS::(EC2|RDS|Kinesis|ElastiCache|OpenSearchService|ElasticLoadBalancing|Synthetics|Config|CloudTrail|GuardDuty)/;
  const types = new Set([data, api].flatMap(({ resources }) => Object.values(resources).map(({ Type }) => Type)));
  expect([...types].filter((type) => byTheMonth.test(type))).toEqual([]);
  for (const [, { Properties }] of data.all('AWS::DynamoDB::Table')) {
    expect(Properties['BillingMode']).toBe('PAY_PER_REQUEST');
  }
  for (const [, { Properties }] of api.all('AWS::Lambda::Function')) {
    expect(Properties).not.toHaveProperty('ProvisionedConcurrencyConfig');
  }
});

it('no schedule runs but those of the manifest', () => {
  const { api } = deployed(prodContext);
  const rates = api.all('AWS::Events::Rule').flatMap(([, { Properties }]) => Properties['ScheduleExpression'] ?? []);
  const wanted = lambdaNames.flatMap((name) => {
    const { trigger }: LambdaDefinition = lambdas[name];
    if (trigger.by !== 'schedule') return [];
    const { everyMinutes } = trigger;
    if (everyMinutes === 1) return ['rate(1 minute)'];
    return [everyMinutes === 60 ? 'rate(1 hour)' : `rate(${everyMinutes} minutes)`];
  });
  expect(rates.toSorted()).toEqual(wanted.toSorted());
  expect(api.all('AWS::Scheduler::Schedule')).toEqual([]);
});

it('managed rule groups are in prod unless they are left out, and in dev if they are asked for', () => {
  const groups = (context: Context) =>
    JSON.stringify(deployed(context).api.one('AWS::WAFv2::WebACL').Properties).match(/ManagedRuleGroupStatement/g);
  expect(groups(prodContext)).toHaveLength(3);
  expect(groups(withoutManagedRules)).toBeNull();
  expect(groups(devContext)).toBeNull();
  expect(groups({ ...devContext, managedWafRules: 'true' })).toHaveLength(3);
});

describe('docs/costs.md', () => {
  const lines = readFileSync('docs/costs.md', 'utf8').split('\n');
  const told = (cell: string) => {
    const row = lines.find((line) => line.startsWith(`| ${cell} |`));
    return Number(row?.split('|').at(-2)?.replaceAll('*', ''));
  };
  const costs = idleCosts(deployed(withoutManagedRules), 'us-east-1');

  it.each(Object.entries(costs).filter(([, cost]) => cost > 0))('says what idle %s cost', (what, cost) => {
    expect(told(what)).toBeCloseTo(cost, 2);
  });

  it('says what that is in sum, without and with managed rule groups', () => {
    expect(told('**Sum**')).toBeCloseTo(total(withoutManagedRules, 'us-east-1'), 2);
    expect(told('**With managed rule groups**, as in `prod`')).toBeCloseTo(total(prodContext, 'us-east-1'), 2);
  });
});

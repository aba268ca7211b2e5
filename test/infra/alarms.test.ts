import { expect, it } from 'vitest';
import { z } from 'zod';
import { lambdaNames } from '../../lambdas/contract/lambdas.ts';
import { metricNamespace, metrics } from '../../lambdas/contract/metrics.ts';
import { type Context, deployed, devContext, prodContext } from './deployments.ts';

const alarmsOf = (context: typeof prodContext | typeof devContext) =>
  deployed(context)
    .api.all('AWS::CloudWatch::Alarm')
    .map(([, { Properties }]) => Properties)
    .filter(({ Namespace }) => Namespace === metricNamespace);

const dimensionsSchema = z.array(z.object({ Name: z.string(), Value: z.string() }));

function environmentOf(context: Context, service = ''): unknown {
  const { Environment } = deployed(context).api.one('AWS::Lambda::Function', `Functions${service}Function`).Properties;
  return z.object({ Variables: z.unknown() }).parse(Environment).Variables;
}

it.each([devContext, prodContext])(
  'each alarm of $stage watches a metric of the contract and says what to do',
  (of) => {
    const found = alarmsOf(of);
    const services: readonly string[] = lambdaNames;
    expect(found).not.toEqual([]);
    for (const { MetricName, Dimensions, AlarmDescription } of found) {
      expect(Object.keys(metrics.none)).toContain(MetricName);
      const dimensions = dimensionsSchema.parse(Dimensions);
      expect(dimensions.map(({ Name }) => Name)).toEqual(['deployment', 'service']);
      // What the Lambda itself puts into the metric: an alarm with another value would never go off.
      const [deployment, service] = dimensions.map(({ Value }) => Value);
      expect(services).toContain(service);
      expect(environmentOf(of, service)).toMatchObject({
        GATEHOUSE_DEPLOYMENT: deployment,
        POWERTOOLS_SERVICE_NAME: service,
      });
      expect(String(AlarmDescription).length).toBeGreaterThan(100);
    }
  },
);

it('A18 forms that only a later release knows raise an alarm wherever they are read', () => {
  const watching = alarmsOf(prodContext).filter(({ MetricName }) => MetricName === 'UnknownForms');
  const services = watching.map(({ Dimensions }) => dimensionsSchema.parse(Dimensions)[1]?.Value ?? '');
  expect(services.toSorted()).toEqual(['auditSweeper', 'auditWriter', 'authorizer']);
  for (const alarm of watching) expect(alarm).toMatchObject({ Threshold: 0, TreatMissingData: 'notBreaching' });
});

import { expect, it } from 'vitest';
import { lambdaNames } from '../../lambdas/contract/lambdas.ts';
import { metricNamespace, metrics } from '../../lambdas/contract/metrics.ts';
import { deployed, devContext, prodContext } from './deployments.ts';

const alarmsOf = (context: typeof prodContext | typeof devContext) =>
  deployed(context)
    .api.all('AWS::CloudWatch::Alarm')
    .map(([, { Properties }]) => Properties);

it.each([devContext, prodContext])(
  'each alarm of $stage watches a metric of the contract and says what to do',
  (of) => {
    const found = alarmsOf(of);
    const services: readonly string[] = lambdaNames;
    for (const { Namespace, MetricName, Dimensions, AlarmDescription } of found) {
      expect(Namespace).toBe(metricNamespace);
      expect(Object.keys(metrics.none)).toContain(MetricName);
      const [service] = [Dimensions].flat();
      expect(service).toMatchObject({ Name: 'service' });
      expect(services).toContain(Object(service).Value);
      expect(String(AlarmDescription).length).toBeGreaterThan(100);
    }
  },
);

it('A18 forms that only a later release knows raise an alarm wherever they are read', () => {
  const watching = alarmsOf(prodContext).filter(({ MetricName }) => MetricName === 'UnknownForms');
  const services = watching.map(({ Dimensions }) => Object([Dimensions].flat()[0]).Value);
  expect(services.toSorted()).toEqual(['auditSweeper', 'auditWriter', 'authorizer']);
  for (const alarm of watching) expect(alarm).toMatchObject({ Threshold: 0, TreatMissingData: 'notBreaching' });
});

import { Metrics } from '@aws-lambda-powertools/metrics';
import { type MetricDimensions, type MetricName, metricNamespace, metrics } from '../../contract/metrics.ts';

type Counts<D extends keyof typeof metrics> = Readonly<Partial<Record<MetricName<D>, number>>>;

/**
 * Emits metrics of the contract in CloudWatch's embedded metric format, each set of them as one line of the log. The
 * deployment is a dimension of each, so that those of two deployments in one account stay apart.
 */
export function metricEmitter() {
  const { GATEHOUSE_DEPLOYMENT: deployment = 'unknown' } = process.env;
  const stored = new Metrics({ namespace: metricNamespace, defaultDimensions: { deployment } });
  const add = (
    table: Readonly<Record<string, { readonly unit: 'Count' }>>,
    counts: Readonly<Partial<Record<string, number>>>,
  ) => {
    for (const [name, { unit }] of Object.entries(table)) {
      const count = counts[name];
      if (count !== undefined) stored.addMetric(name, unit, count);
    }
  };

  return {
    emit(counts: Counts<'none'>) {
      add(metrics.none, counts);
      stored.publishStoredMetrics();
    },
    emitBy<D extends keyof MetricDimensions>(dimension: D, value: MetricDimensions[D], counts: Counts<D>) {
      stored.addDimension(dimension, value);
      add(metrics[dimension], counts);
      stored.publishStoredMetrics();
    },
    /** Counts one, to be emitted with what else is counted until `publish`. */
    collect(name: MetricName<'none'>) {
      stored.addMetric(name, metrics.none[name].unit, 1);
    },
    publish() {
      stored.publishStoredMetrics();
    },
  };
}

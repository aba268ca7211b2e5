import { Metrics } from '@aws-lambda-powertools/metrics';
import { type MetricDimensions, type MetricName, metricNamespace, metrics } from '../../contract/metrics.ts';

type Counts<D extends keyof typeof metrics> = Readonly<Partial<Record<MetricName<D>, number>>>;

/**
 * Emits metrics of the contract in CloudWatch's embedded metric format, each set of them as one line of the log. The
 * deployment is a dimension of each, so that those of two deployments in one account stay apart.
 */
export function metricEmitter() {
  const { GATEHOUSE_DEPLOYMENT: deployment = 'unknown', POWERTOOLS_SERVICE_NAME: service = 'unknown' } = process.env;
  const stored = new Metrics({ namespace: metricNamespace, defaultDimensions: { deployment } });
  const alarmed = new Metrics({ namespace: metricNamespace });
  alarmed.clearDefaultDimensions();
  alarmed.setDefaultDimensions({ deployment });

  const add = (
    to: Metrics,
    table: Readonly<Record<string, { readonly unit: 'Count' }>>,
    counts: Readonly<Partial<Record<string, number>>>,
  ) => {
    for (const [name, { unit }] of Object.entries(table)) {
      const count = counts[name];
      if (count !== undefined) to.addMetric(name, unit, count);
    }
  };
  const addAll = (counts: Counts<'none'> & Counts<'alarmed'>) => {
    add(stored, metrics.none, counts);
    add(alarmed, metrics.alarmed, counts);
  };
  const publish = () => {
    if (stored.hasStoredMetrics()) stored.publishStoredMetrics();
    if (!alarmed.hasStoredMetrics()) return;
    // In the line, and no dimension.
    alarmed.addMetadata('service', service);
    alarmed.publishStoredMetrics();
  };

  return {
    emit(counts: Counts<'none'> & Counts<'alarmed'>) {
      addAll(counts);
      publish();
    },
    emitBy<D extends keyof MetricDimensions>(dimension: D, value: MetricDimensions[D], counts: Counts<D>) {
      stored.addDimension(dimension, value);
      add(stored, metrics[dimension], counts);
      stored.publishStoredMetrics();
    },
    /** Counts one, to be emitted with what else is counted until `publish`. */
    collect(name: MetricName<'none'> | MetricName<'alarmed'>) {
      addAll({ [name]: 1 });
    },
    publish,
  };
}

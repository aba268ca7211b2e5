import { type MetricDimensions, type MetricName, metricNamespace, metrics } from '../../contract/metrics.ts';
import { writeLine } from './lines.ts';

type Counts<D extends keyof typeof metrics> = Readonly<Partial<Record<MetricName<D>, number>>>;
type Dimensions = Readonly<Record<string, string>>;

/**
 * Emits metrics of the contract in CloudWatch's embedded metric format, each set of them as one line of the log. The
 * deployment is a dimension of each, so that those of two deployments in one account stay apart.
 */
export function metricEmitter() {
  const { GATEHOUSE_DEPLOYMENT: deployment = 'unknown', POWERTOOLS_SERVICE_NAME: service = 'service_undefined' } =
    process.env;
  const isDisabled = process.env['POWERTOOLS_METRICS_DISABLED'] === 'true';
  const collected = new Map<string, number>();

  /** @param members what stands in the line and is no dimension */
  const write = (
    table: keyof typeof metrics,
    counts: Readonly<Partial<Record<string, number>>>,
    dimensions: Dimensions,
    members: Dimensions = {},
  ) => {
    const units: Readonly<Record<string, { readonly unit: 'Count' }>> = metrics[table];
    const counted = Object.entries(units).filter(([name]) => counts[name] !== undefined);
    if (isDisabled || counted.length === 0) return;
    const format = {
      Namespace: metricNamespace,
      Dimensions: [Object.keys(dimensions)],
      Metrics: counted.map(([name, { unit }]) => ({ Name: name, Unit: unit })),
    };
    const values = Object.fromEntries(counted.map(([name]) => [name, counts[name]]));
    const head = { _aws: { Timestamp: Date.now(), CloudWatchMetrics: [format] } };
    writeLine('log', { ...head, ...dimensions, ...values, ...members });
  };
  const emit = (counts: Readonly<Partial<Record<string, number>>>) => {
    write('none', counts, { service, deployment });
    write('alarmed', counts, { deployment }, { service });
  };

  return {
    emit(counts: Counts<'none'> & Counts<'alarmed'>) {
      emit(counts);
    },
    emitBy<D extends keyof MetricDimensions>(dimension: D, value: MetricDimensions[D], counts: Counts<D>) {
      write(dimension, counts, { service, deployment, [dimension]: value });
    },
    /** Counts one, to be emitted with what else is counted until `publish`. */
    collect(name: MetricName<'none'> | MetricName<'alarmed'>) {
      collected.set(name, (collected.get(name) ?? 0) + 1);
    },
    publish() {
      emit(Object.fromEntries(collected));
      collected.clear();
    },
  };
}

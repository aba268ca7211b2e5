import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { metricEmitter } from '../../../../lambdas/http/telemetry/metrics.ts';

describe('a metric', () => {
  let lines: Record<string, unknown>[];
  const about = (format: object) => ({ _aws: { CloudWatchMetrics: [format] } });

  beforeEach(() => {
    lines = [];
    vi.stubEnv('GATEHOUSE_DEPLOYMENT', 'acme-prod');
    vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'refresh');
    vi.stubEnv('POWERTOOLS_DEV', 'true');
    vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
    vi.spyOn(console, 'log').mockImplementation((line) => void lines.push(JSON.parse(String(line))));
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it('with a dimension is one line, with the Lambda and the dimension’s value', () => {
    metricEmitter().emitBy('route', 'POST /auth/refresh', { Requests: 1, ServerErrors: 0 });
    const format = about({
      Namespace: 'Gatehouse',
      Dimensions: [['service', 'deployment', 'route']],
      Metrics: [
        { Name: 'Requests', Unit: 'Count' },
        { Name: 'ServerErrors', Unit: 'Count' },
      ],
    });
    const counts = {
      service: 'refresh',
      deployment: 'acme-prod',
      route: 'POST /auth/refresh',
      Requests: 1,
      ServerErrors: 0,
    };
    expect(lines).toMatchObject([{ ...format, ...counts }]);
  });

  it('without a dimension of its own says of which deployment it is', () => {
    metricEmitter().emit({ MailsSent: 1 });
    expect(lines).toMatchObject([about({ Dimensions: [['service', 'deployment']] })]);
    expect(lines).toMatchObject([{ deployment: 'acme-prod', MailsSent: 1 }]);
  });

  it('that an alarm watches is of the deployment alone, whichever Lambda counts it', () => {
    const metrics = metricEmitter();
    metrics.collect('UnknownForms');
    metrics.collect('MailsSent');
    metrics.publish();
    const of = (name: string) => lines.find((line) => name in line);
    expect(of('UnknownForms')).toMatchObject({
      ...about({ Dimensions: [['deployment']], Metrics: [{ Name: 'UnknownForms' }] }),
      deployment: 'acme-prod',
      service: 'refresh',
    });
    expect(of('MailsSent')).toMatchObject(about({ Dimensions: [['service', 'deployment']] }));
  });

  it('takes no dimension from the one before it', () => {
    const metrics = metricEmitter();
    metrics.emitBy('reason', 'expired', { RefusedRequests: 1 });
    metrics.emit({ AuthorizerFailures: 1 });
    expect(lines).toHaveLength(2);
    expect(lines[1]).not.toHaveProperty('reason');
    expect(lines[1]).toMatchObject(
      about({ Dimensions: [['service', 'deployment']], Metrics: [{ Name: 'AuthorizerFailures' }] }),
    );
  });

  it('that is collected waits for the line of its run', () => {
    const metrics = metricEmitter();
    metrics.collect('MailsSent');
    metrics.collect('MailsSent');
    metrics.collect('MailsGone');
    expect(lines).toEqual([]);
    metrics.publish();
    expect(lines).toMatchObject([{ MailsSent: 2, MailsGone: 1 }]);
  });

  it('compiles with its own dimension and a listed value alone', () => {
    const metrics = metricEmitter();
    const wrong = [
      // @ts-expect-error: it has the dimension `reason`
      () => metrics.emit({ RefusedRequests: 1 }),
      // @ts-expect-error: it has no dimension
      () => metrics.emitBy('reason', 'expired', { MailsSent: 1 }),
      // @ts-expect-error: no such metric
      () => metrics.collect('MailsLost'),
      // @ts-expect-error: no such dimension
      () => metrics.emitBy('sub', 'f3a1', { Requests: 1 }),
      // @ts-expect-error: no such reason
      () => metrics.emitBy('reason', 'a bad day', { RefusedRequests: 1 }),
      // @ts-expect-error: no such route
      () => metrics.emitBy('route', 'GET /admin', { Requests: 1 }),
      // @ts-expect-error: a reason is no route
      () => metrics.emitBy('route', 'expired', { Requests: 1 }),
    ];
    expect(wrong).toHaveLength(7);
  });
});

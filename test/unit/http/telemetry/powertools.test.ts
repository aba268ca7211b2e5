import { Logger } from '@aws-lambda-powertools/logger';
import { Metrics } from '@aws-lambda-powertools/metrics';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLogger } from '../../../../lambdas/http/telemetry/logger.ts';
import { metricEmitter } from '../../../../lambdas/http/telemetry/metrics.ts';

const failure = Object.assign(new Error('not shipped', { cause: new TypeError('inner') }), { code: 7 });
const members = { request_id: 'r', status: 0, nothing: undefined, empty: '', gone: null, error: failure };

describe('lines of the log', () => {
  let lines: string[] = [];

  beforeEach(() => {
    lines = [];
    vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'refresh');
    vi.stubEnv('POWERTOOLS_LOG_LEVEL', 'INFO');
    vi.stubEnv('GATEHOUSE_DEPLOYMENT', 'acme-prod');
    vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
    vi.stubEnv('_X_AMZN_TRACE_ID', 'Root=1-5759e988-bd862e3fe1be46a994272793;Parent=557abcec3ee5a047;Sampled=1');
    vi.useFakeTimers({ now: Date.UTC(2026, 10, 27) });
    // Lambda's console would change what is written.
    const write = (text: unknown) => lines.push(String(text).trimEnd()) > 0;
    for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, 'write').mockImplementation(write);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  it.each(['debug', 'info', 'warn', 'error'] as const)('of %s are those of Powertools, byte for byte', (level) => {
    createLogger()[level]('request', members);
    const [ours, ...more] = lines;
    lines = [];
    new Logger()[level]('request', members);
    expect(more).toEqual([]);
    expect([ours]).toEqual(level === 'debug' ? [undefined] : lines);
    expect(lines).toHaveLength(level === 'debug' ? 0 : 1);
  });

  it('are not written below the level that Lambda is told of', () => {
    vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', 'WARN');
    createLogger().info('request');
    expect(lines).toEqual([]);
  });

  it.each([
    ['POWERTOOLS_LOG_LEVEL', 'SILENT'],
    ['POWERTOOLS_LOG_LEVEL', 'CRITICAL'],
    ['AWS_LAMBDA_LOG_LEVEL', 'FATAL'],
  ])('are none where %s is %s', (variable, level) => {
    vi.stubEnv(variable, level);
    createLogger().error('request');
    new Logger().error('request');
    expect(lines).toEqual([]);
  });

  it.each(['TRACE', 'warn', 'Verbose', ''])('are written where Lambda is told of the level "%s"', (level) => {
    vi.stubEnv('AWS_LAMBDA_LOG_LEVEL', level);
    createLogger().error('request');
    expect(lines).toHaveLength(1);
  });

  it('with metrics are those of Powertools', () => {
    metricEmitter().emitBy('route', 'POST /auth/refresh', { Requests: 1, ServerErrors: 0 });
    const ours = lines.map((line) => JSON.parse(line));
    lines = [];
    const theirs = new Metrics({ namespace: 'Gatehouse', defaultDimensions: { deployment: 'acme-prod' } });
    theirs.addDimension('route', 'POST /auth/refresh');
    theirs.addMetric('Requests', 'Count', 1);
    theirs.addMetric('ServerErrors', 'Count', 0);
    theirs.publishStoredMetrics();
    expect(ours).toEqual(lines.map((line) => JSON.parse(line)));
    expect(ours).toHaveLength(1);
  });

  it('with what an alarm counts are those of Powertools', () => {
    metricEmitter().emit({ UnknownForms: 1 });
    const ours = lines.map((line) => JSON.parse(line));
    lines = [];
    const theirs = new Metrics({ namespace: 'Gatehouse' });
    theirs.clearDefaultDimensions();
    theirs.setDefaultDimensions({ deployment: 'acme-prod' });
    theirs.addMetric('UnknownForms', 'Count', 1);
    theirs.addMetadata('service', 'refresh');
    theirs.publishStoredMetrics();
    expect(ours).toEqual(lines.map((line) => JSON.parse(line)));
    expect(ours).toHaveLength(1);
  });

  it('with metrics are none where metrics are switched off, or none was counted', () => {
    metricEmitter().emit({});
    metricEmitter().publish();
    vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'true');
    metricEmitter().emit({ MailsSent: 1 });
    expect(lines).toEqual([]);
  });
});

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { noCounts } from '../../../../lambdas/flows/audit/shipAuditBatch.ts';

describe('a run that ships events', () => {
  let metrics: Record<string, unknown>[];
  let report: typeof import('../../../../lambdas/http/telemetry/auditTelemetry.ts').reportShipping;

  beforeEach(async () => {
    metrics = [];
    vi.resetModules();
    vi.stubEnv('POWERTOOLS_DEV', 'true');
    vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
    vi.spyOn(console, 'log').mockImplementation((line) => void metrics.push(JSON.parse(String(line))));
    vi.spyOn(console, 'info').mockImplementation(() => {});
    vi.spyOn(console, 'error').mockImplementation(() => {});
    report = (await import('../../../../lambdas/http/telemetry/auditTelemetry.ts')).reportShipping;
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  const sent = () => metrics.flatMap((line) => Object.keys(line).filter((name) => /^(Audit|Unknown)/.test(name)));

  it('and finds none sends no metric, which would cost for every hour', () => {
    report({ counts: noCounts(), overdue: 0 });
    expect(metrics).toEqual([]);
  });

  it('sends what it counted, and nothing that is zero', () => {
    report({ counts: { ...noCounts(), shipped: 2, unknown: 1 }, overdue: 3 });
    expect(sent().toSorted()).toEqual(['AuditEventsShipped', 'AuditOverdueEvents', 'UnknownForms']);
  });

  it('tells of its failure', () => {
    report({ counts: noCounts(), failure: new Error('down') });
    expect(sent()).toEqual(['AuditShipFailures']);
  });
});

import type { RejectionReason } from '../../contract/rejectionReasons.ts';
import type { RequestSource } from '../../core/common/requestSource.ts';
import type { AdmittedKeySet } from '../../core/keys/jwkAdmission.ts';
import { createLogger } from './logger.ts';
import { metricEmitter } from './metrics.ts';

export interface RefusalReport {
  readonly reason: RejectionReason;
  /** Printable ASCII, cut. */
  readonly kid: string | undefined;
  readonly route: string;
  readonly from: RequestSource;
}

export interface AuthorizerTelemetry {
  refused(refusal: RefusalReport): Promise<void>;
  failed(error: unknown, from: RequestSource): void;
  keysRefused(refused: AdmittedKeySet['refused']): void;
  /** Revocations of a form that only a later release knows: what they name is not refused here. */
  revocationsUnknown(count: number): void;
}

/** Refusals without anything to verify: they are no attempts on a token. */
const notAttempts: ReadonlySet<RejectionReason> = new Set(['no_credential', 'no_route']);

/**
 * A refusal is one log line, one count by reason, and, through `record`, one audit event per source and minute. Of the
 * token they hold its `kid` alone, and none of them can change the answer.
 */
export function authorizerTelemetry(deps: {
  readonly record: (from: RequestSource, reason: RejectionReason) => Promise<void>;
}): AuthorizerTelemetry {
  const logger = createLogger();
  const metrics = metricEmitter();

  return {
    async refused({ reason, kid, route, from }) {
      const line = { reason, kid, route, source: from.ip, request_id: from.requestId };
      logger.warn('request refused', line);
      metrics.emitBy('reason', reason, { RefusedRequests: 1 });
      if (notAttempts.has(reason)) return;
      try {
        await deps.record(from, reason);
      } catch (error) {
        logger.error('refusal not recorded', { error: describe(error) });
      }
    },
    failed(error, from) {
      logger.error('authorizer failed', { error: describe(error), source: from.ip, request_id: from.requestId });
      metrics.emit({ AuthorizerFailures: 1 });
    },
    keysRefused(refused) {
      logger.error('published keys refused', { refused });
      metrics.emit({ RefusedKeys: 1 });
    },
    revocationsUnknown(count) {
      logger.error('revocations of an unknown form', { count });
      metrics.emit({ UnknownForms: count });
    },
  };
}

function describe(error: unknown): readonly string[] {
  const chain: string[] = [];
  for (let current = error; current instanceof Error && chain.length < 5; current = current.cause) {
    chain.push(`${current.name}: ${current.message}`);
  }
  return chain;
}

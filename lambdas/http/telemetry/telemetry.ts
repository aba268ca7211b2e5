import type { MiddlewareObj, Request } from '@middy/core';
import { isCalledRoute } from '../../contract/routes.ts';
import { ProblemError } from '../../core/common/errors.ts';
import type { HttpEvent, HttpResult } from '../event.ts';
import { createLogger } from './logger.ts';
import { metricEmitter } from './metrics.ts';

const logger = createLogger();
const metrics = metricEmitter();

/**
 * One log line and one set of metrics a request. Neither ever holds a body, a query, a header's value or a path
 * parameter: the route's template says what was called.
 */
export function telemetry(): MiddlewareObj<HttpEvent, HttpResult> {
  const startedAt = new WeakMap<object, number>();
  const report = (request: Pick<Request<HttpEvent, HttpResult>, 'event' | 'response' | 'error'>) => {
    const status = request.response?.statusCode ?? 500;
    const code = request.error instanceof ProblemError ? request.error.code : undefined;
    const line = {
      request_id: request.event.requestContext.requestId,
      route: `${request.event.httpMethod} ${request.event.resource}`,
      status,
      code,
      duration_ms: Date.now() - (startedAt.get(request.event) ?? Date.now()),
    };
    if (status >= 500) logger.error('request failed', { ...line, error: causeChain(request.error) });
    else logger.info('request', line);
    const route = isCalledRoute(line.route) ? line.route : 'other';
    metrics.emitBy('route', route, { Requests: 1, ServerErrors: status >= 500 ? 1 : 0 });
  };
  return {
    before: (request) => {
      startedAt.set(request.event, Date.now());
    },
    after: report,
    onError: report,
  };
}

/** The names, messages and stacks of an error and its causes: enough to find the fault, and no request data. */
function causeChain(error: unknown): readonly { name: string; message: string; stack: string | undefined }[] {
  const chain = [];
  for (let current = error; current instanceof Error && chain.length < 5; current = current.cause) {
    chain.push({ name: current.name, message: current.message, stack: current.stack });
  }
  return chain;
}

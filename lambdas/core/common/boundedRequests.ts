export interface BoundedRequests {
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
  readonly throwOnRequestTimeout: true;
}

/**
 * A request handler of an AWS client whose calls end at the time-out. By default the SDK only warns then, and waits on.
 */
export function boundedRequests(requestTimeoutMs: number): BoundedRequests {
  return { connectionTimeout: 1000, requestTimeout: requestTimeoutMs, throwOnRequestTimeout: true };
}

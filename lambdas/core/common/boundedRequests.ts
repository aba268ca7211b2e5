export interface BoundedRequests {
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
  readonly throwOnRequestTimeout: true;
}

/** The request handler of an AWS client whose calls end. Left to itself the SDK only warns when the time is over, and waits on. */
export function boundedRequests(requestTimeoutMs: number): BoundedRequests {
  return { connectionTimeout: 1000, requestTimeout: requestTimeoutMs, throwOnRequestTimeout: true };
}

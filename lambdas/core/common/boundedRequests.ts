export interface BoundedRequests {
  readonly connectionTimeout: number;
  readonly requestTimeout: number;
  readonly throwOnRequestTimeout: true;
}

/** What bounds the calls of an AWS client. */
export interface CallBounds {
  readonly attempts: number;
  /** Of one attempt, once it is connected. */
  readonly timeoutMs: number;
}

/**
 * Of the tables and secrets of a request: its longest call ends before the Lambda does, so that the answer is a 503. A
 * Lambda that nobody waits for may have other bounds.
 */
export const requestCalls: CallBounds = { attempts: 2, timeoutMs: 2500 };

const connectionTimeoutMs = 1000;
/** Of the SDK, before one of the first retries, also of what was throttled. */
const longestPauseMs = 1000;

/** How long a call of a client takes at most before it succeeds or throws. */
export function longestCallMs({ attempts, timeoutMs }: CallBounds): number {
  return attempts * (connectionTimeoutMs + timeoutMs) + (attempts - 1) * longestPauseMs;
}

/**
 * A request handler of an AWS client whose calls end at the time-out. By default the SDK only warns then, and waits on.
 */
export function boundedRequests(requestTimeoutMs: number): BoundedRequests {
  return { connectionTimeout: connectionTimeoutMs, requestTimeout: requestTimeoutMs, throwOnRequestTimeout: true };
}

/** For how long the stream has a new job to itself; the first retry is due then. */
export const firstTrySeconds = 60;

const longestPauseSeconds = 900;

/**
 * When a job that is taken up is due again: after ever longer pauses, which end before it expires, so that what begins
 * to work in time is not found too late. A try that is interrupted is made up for in the same way.
 *
 * @returns epoch seconds
 */
export function nextRetryAt(
  job: { readonly retries: number; readonly expiresAt: number | undefined },
  nowSeconds: number,
): number {
  const { retries, expiresAt = Number.POSITIVE_INFINITY } = job;
  const pause = Math.min(firstTrySeconds * 2 ** retries, longestPauseSeconds);
  const halfOfTheRest = Math.floor((expiresAt - nowSeconds) / 2);
  return nowSeconds + Math.max(firstTrySeconds, Math.min(pause, halfOfTheRest));
}

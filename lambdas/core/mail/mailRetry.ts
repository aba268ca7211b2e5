import { type CallBounds, longestCallMs } from '../common/boundedRequests.ts';

/**
 * For how long whoever tries a job has it to itself: the stream when it is new, then each run of the sweeper that takes
 * it up. The next try is due then. No Lambda that sends mails runs for so long.
 */
export const firstTrySeconds = 60;

/** What bounds the calls of a Lambda that sends mails. */
export const mailCalls = {
  service: { attempts: 2, timeoutMs: 5000 },
  table: { attempts: 2, timeoutMs: 2500 },
} as const satisfies Readonly<Record<string, CallBounds>>;

/** How long it takes at most to hand a mail to the mail service and to delete its job. */
export const longestSendMs = longestCallMs(mailCalls.service) + longestCallMs(mailCalls.table);

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

import { setTimeout as delay } from 'node:timers/promises';
import {
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
} from '@aws-sdk/client-dynamodb';

/** The longest pauses between attempts: 1.65 s in all, and one attempt more than there are pauses. */
const pausesMs = [10, 20, 40, 80, ...Array.from({ length: 10 }, () => 150)];
/** No attempt begins later than this after the first one, except where the attempts themselves take long. */
const budgetMs = 1800;
const leastAttempts = 10;

/**
 * Whether a write failed because another transaction was at its items. That says nothing of what the items hold: a
 * condition that did not hold is named by itself, and goes before a conflict.
 */
export function isConflict(error: unknown): boolean {
  if (error instanceof TransactionCanceledException) {
    const reasons = (error.CancellationReasons ?? []).map(({ Code }) => Code);
    return !reasons.includes('ConditionalCheckFailed') && reasons.includes('TransactionConflict');
  }
  // The second: the same transaction, by its token, is still under way.
  return error instanceof TransactionConflictException || error instanceof TransactionInProgressException;
}

/** Whether the same write may succeed a moment later. */
function isPassing(error: unknown): boolean {
  return isConflict(error) || (error instanceof TransactionCanceledException && wasThrottled(error));
}

const throttling = ['ThrottlingError', 'ProvisionedThroughputExceeded'];

function wasThrottled({ CancellationReasons = [] }: TransactionCanceledException): boolean {
  const codes = CancellationReasons.map(({ Code }) => Code ?? 'None');
  return !codes.includes('ConditionalCheckFailed') && codes.some((code) => throttling.includes(code));
}

/**
 * Sends a write, and again while it conflicts with another transaction: with jitter, because those that met once would
 * meet again, and for less than 2 s, because somebody waits for the answer.
 *
 * @throws what the last attempt throws.
 */
export async function untilNoConflict<T>(send: () => Promise<T>): Promise<T> {
  const startedAt = performance.now();
  for (let attempt = 0; ; attempt++) {
    try {
      return await send();
    } catch (error) {
      const pauseMs = pausesMs[attempt];
      if (pauseMs === undefined || !isPassing(error)) throw error;
      if (attempt >= leastAttempts && performance.now() - startedAt + pauseMs > budgetMs) throw error;
      await delay(pauseMs * (0.5 + Math.random() / 2));
    }
  }
}

import {
  TransactionCanceledException,
  TransactionConflictException,
  TransactionInProgressException,
} from '@aws-sdk/client-dynamodb';
import { budgets, untilDone } from '../../core/common/untilDone.ts';

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
 * Sends a write, and again while it conflicts with another transaction: for less than 2 s in all, because somebody
 * waits for the answer. The first time the client's own time-outs and retries are all that bounds it, later what is
 * left of those 2 s, too.
 *
 * @param send hands the options on to the client
 * @throws what the last attempt throws.
 */
export async function untilNoConflict<T>(
  send: (options: { readonly abortSignal?: AbortSignal }) => Promise<T>,
): Promise<T> {
  let conflict: unknown;
  const done = await untilDone(budgets.write, async (abortSignal) => {
    try {
      return { answer: await send(abortSignal ? { abortSignal } : {}) };
    } catch (error) {
      if (!isPassing(error)) throw error;
      conflict = error;
      return undefined;
    }
  });
  if (!done) throw conflict;
  return done.answer;
}

import type { Limits } from '../../../lambdas/contract/limits.ts';
import { ordinaryLimits } from '../../../lambdas/contract/limits.ts';
import type { Clock } from '../../../lambdas/core/common/clock.ts';
import { continuesStreak } from '../../../lambdas/core/limits/attemptStreak.ts';
import {
  givesBackOne,
  isStreakLimit,
  type LimitDecision,
  type LimitOutcome,
  type LimitReceipt,
} from '../../../lambdas/core/limits/limitDecision.ts';
import type { LimitCounter, OrderedLimits } from '../../../lambdas/core/limits/ports.ts';
import { isAdmitted, windowIndex } from '../../../lambdas/core/limits/slidingWindow.ts';

/** The limits of a flow's test, in memory: the rules themselves, with every decision noted in order. */
export function memoryLimits({ clock, limits = ordinaryLimits }: { clock: Clock; limits?: Limits }) {
  const decisions: LimitDecision[] = [];
  const windows = new Map<string, number>();
  const streaks = new Map<string, { attempts: number; lastAt: number }>();
  const name = ({ limit, key }: LimitDecision) => `${limit}#${key}`;
  const slot = (decision: LimitDecision, index: number) => `${name(decision)}#${index}`;

  function admit(decision: LimitDecision): { admitted: boolean; window: number | undefined; quota: number } {
    const limit = limits[decision.limit];
    const nowMs = clock();
    if (isStreakLimit(limit)) {
      const streak = streaks.get(name(decision)) ?? { attempts: 0, lastAt: 0 };
      const now = Math.floor(nowMs / 1000);
      const admitted = continuesStreak(limit, streak, now);
      if (admitted) streaks.set(name(decision), { attempts: streak.attempts + 1, lastAt: now });
      return { admitted, window: undefined, quota: limit.freeAttempts };
    }
    const window = windowIndex(limit, nowMs);
    const current = windows.get(slot(decision, window)) ?? 0;
    const admitted = isAdmitted(limit, { previous: windows.get(slot(decision, window - 1)) ?? 0, current }, nowMs);
    if (admitted) windows.set(slot(decision, window), current + 1);
    return { admitted, window, quota: limit.maximum };
  }

  const consume = async ({ limit, key }: LimitDecision): Promise<LimitOutcome> => {
    decisions.push({ limit, key });
    const { admitted, window, quota } = admit({ limit, key });
    return admitted
      ? { admitted, receipt: { limit, key, window } }
      : { admitted, refusal: { limit, quota, windowSeconds: undefined, retryAfterSeconds: 7 } };
  };

  function takeOne(receipt: LimitReceipt): void {
    if (receipt.window === undefined) {
      const streak = streaks.get(name(receipt));
      if (streak) streaks.set(name(receipt), { ...streak, attempts: streak.attempts - 1 });
    } else {
      const counted = windows.get(slot(receipt, receipt.window)) ?? 0;
      windows.set(slot(receipt, receipt.window), counted - 1);
    }
  }

  return {
    decisions,
    consume,
    /** As if one after the other, which is what the store promises. */
    consumeInOrder: inOrder(consume),
    async giveBack(receipts: readonly LimitReceipt[]): Promise<void> {
      for (const receipt of receipts) takeOne(receipt);
    },
    async refund(receipts: readonly LimitReceipt[]): Promise<void> {
      for (const receipt of receipts) {
        if (!givesBackOne(receipt)) streaks.delete(name(receipt));
        else takeOne(receipt);
      }
    },
  };
}

/** Several limits, as if one after the other. */
export function inOrder(consume: LimitCounter['consume']): OrderedLimits['consumeInOrder'] {
  return async (asked) => {
    const receipts: LimitReceipt[] = [];
    for (const decision of asked) {
      const outcome = await consume(decision);
      if (!outcome.admitted) return { receipts, refusal: outcome.refusal };
      receipts.push(outcome.receipt);
    }
    return { receipts, refusal: undefined };
  };
}

import type { StreakLimit } from '../../contract/limits.ts';

/** Attempts in a row, none of which has succeeded. */
export interface AttemptStreak {
  readonly attempts: number;
  /** Epoch seconds. */
  readonly lastAt: number;
}

/** What may follow upon fewer than `attemptsBelow` attempts: one whose predecessor was at `lastUpTo` or before. */
export interface StreakStep {
  readonly attemptsBelow: number;
  /** Epoch seconds; undefined where no pause is asked for. */
  readonly lastUpTo: number | undefined;
}

/** The rule as steps, of which one has to hold. */
export function streakSteps(limit: StreakLimit, nowSeconds: number): readonly StreakStep[] {
  return [
    { attemptsBelow: limit.freeAttempts, lastUpTo: undefined },
    ...limit.pauses.map(({ upTo, seconds }) => ({ attemptsBelow: upTo, lastUpTo: nowSeconds - seconds })),
  ];
}

/** Whether one more is admitted. The store decides the same by a condition; this is for those who only look. */
export function continuesStreak(limit: StreakLimit, { attempts, lastAt }: AttemptStreak, nowSeconds: number): boolean {
  return streakSteps(limit, nowSeconds).some(
    ({ attemptsBelow, lastUpTo }) => attempts < attemptsBelow && (lastUpTo === undefined || lastAt <= lastUpTo),
  );
}

/** The answer where waiting does not help: a new password ends such a streak, and a success where its limit says so. */
const hopelessRetrySeconds = 86_400;

/** Whole seconds until one more attempt is admitted, if there is none meanwhile; at least 1. */
export function streakRetryAfter(limit: StreakLimit, { attempts, lastAt }: AttemptStreak, nowSeconds: number): number {
  const pause = limit.pauses.find(({ upTo }) => attempts < upTo);
  return pause ? Math.max(1, lastAt + pause.seconds - nowSeconds) : hopelessRetrySeconds;
}

import type { WindowLimit } from '../../contract/limits.ts';

/** What was counted in the window before this one, and in this one. */
export interface WindowCounts {
  readonly previous: number;
  readonly current: number;
}

/** While no more than `previousUpTo` were counted in the window before, this one has room for `room`. */
export interface WindowStep {
  readonly previousUpTo: number;
  readonly room: number;
}

/** More steps would be more exact and make a longer condition; with these a limit up to 32 is exact. */
const maxSteps = 32;

/** Windows are laid end to end from the epoch on. */
export function windowIndex({ windowSeconds }: WindowLimit, nowMs: number): number {
  return Math.floor(nowMs / (windowSeconds * 1000));
}

/**
 * How many attempts each count of the previous window leaves room for. The window slides: the previous one still counts
 * by the share that overlaps, which leaves room for `maximum - previous × overlap`. The store decides by a condition on
 * its item, which can compare but not multiply; so this is a list of steps, whose room falls as the previous count
 * rises. They round to the strict side. Above the last step there is no room.
 */
export function windowSteps(limit: WindowLimit, nowMs: number): readonly WindowStep[] {
  const { maximum } = limit;
  const overlap = overlapAt(limit, nowMs);
  const count = Math.min(maximum, maxSteps);
  return Array.from({ length: count + 1 }, (_, step) => {
    const previousUpTo = Math.ceil((step * maximum) / count);
    return { previousUpTo, room: Math.ceil(maximum - previousUpTo * overlap) };
  });
}

/** Whether one more is admitted. The store decides the same by a condition; this is for those who only look. */
export function isAdmitted(limit: WindowLimit, { previous, current }: WindowCounts, nowMs: number): boolean {
  return windowSteps(limit, nowMs).some((step) => previous <= step.previousUpTo && current < step.room);
}

/** Whole seconds until one more is admitted, if nothing else is counted meanwhile; at least 1. */
export function windowRetryAfter(limit: WindowLimit, { previous, current }: WindowCounts, nowMs: number): number {
  const { maximum, windowSeconds } = limit;
  const elapsed = windowSeconds * (1 - overlapAt(limit, nowMs));
  const step = windowSteps(limit, nowMs).find(({ previousUpTo }) => previous <= previousUpTo);
  // Without a step, or with the window full, nothing is admitted before the next window begins.
  const full = step === undefined || current >= maximum;
  const admittedAt = full ? windowSeconds : windowSeconds * (1 - (maximum - current) / step.previousUpTo);
  return Math.max(1, Math.floor(admittedAt - elapsed) + 1);
}

/**
 * The share of the previous window that the last `windowSeconds` still cover: 1 at the start of a window, then less.
 */
function overlapAt({ windowSeconds }: WindowLimit, nowMs: number): number {
  const windowMs = windowSeconds * 1000;
  return 1 - (nowMs % windowMs) / windowMs;
}

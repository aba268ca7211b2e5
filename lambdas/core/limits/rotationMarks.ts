import type { WindowLimit } from '../../contract/limits.ts';

/** How many instants an item keeps at most. A limit of no more rotations is exact. */
const mostMarks = 16;

/**
 * A place for the instant of a rotation: every `every`-th is kept, and each takes the place of one that counts no more.
 */
export interface RotationMark {
  readonly every: number;
  readonly place: number;
}

/**
 * Where the limit looks and what it keeps, when a session rotates to this generation. The generation counts the
 * rotations, and each makes one more of it: so nothing else is counted. It has room when the rotation `maximum`
 * generations before it, or the next one whose instant is kept, has left the window. The names of the places follow
 * from the limit, so a changed limit begins anew.
 *
 * @returns `looked`: undefined where there is room whatever the item says; `kept`: undefined where the instant is not.
 */
export function rotationMarks(
  { maximum }: Pick<WindowLimit, 'maximum'>,
  generation: number,
): { readonly looked: RotationMark | undefined; readonly kept: RotationMark | undefined } {
  const every = Math.ceil(maximum / mostMarks);
  const markOf = (ordinal: number): RotationMark => ({ every, place: ordinal % mostMarks });
  const looked = Math.ceil((generation - maximum) / every);
  return {
    looked: looked >= 1 ? markOf(looked) : undefined,
    kept: generation % every === 0 ? markOf(generation / every) : undefined,
  };
}

/** Whole seconds until the rotation whose instant was looked at has left the window; at least 1. */
export function rotationRetryAfter({ windowSeconds }: WindowLimit, markedAtMs: number, nowMs: number): number {
  return Math.max(1, Math.ceil((markedAtMs - nowMs) / 1000 + windowSeconds));
}

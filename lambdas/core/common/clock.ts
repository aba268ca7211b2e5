/** Milliseconds since the epoch. Passed in everywhere, so that tests set the time instead of waiting for it. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

/** Epoch seconds, rounded down: the unit of every `…At` and of a NumericDate (RFC 7519 §2). */
export function epochSeconds(clock: Clock): number {
  return Math.floor(clock() / 1000);
}

/** Milliseconds since the epoch. Passed in everywhere, so that tests set the time instead of waiting for it. */
export type Clock = () => number;

export const systemClock: Clock = () => Date.now();

/** Epoch seconds, rounded down: the unit of every `…At` and of a NumericDate (RFC 7519 §2). */
export function epochSeconds(clock: Clock): number {
  return Math.floor(clock() / 1000);
}

/** 9999-12-31T23:59:59Z, the last second that RFC 3339 can write. */
const latestSeconds = 253_402_300_799;

/**
 * An instant in RFC 3339. Of one that no calendar of four digits has, the nearest: a single item with such a date must
 * not end what reads all of them.
 */
export function rfc3339(epochSeconds: number): string {
  const seconds = Number.isNaN(epochSeconds) ? 0 : Math.min(Math.max(epochSeconds, 0), latestSeconds);
  return new Date(seconds * 1000).toISOString();
}

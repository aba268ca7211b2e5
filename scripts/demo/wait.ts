import { setTimeout as sleep } from 'node:timers/promises';
import { JourneyError } from './steps.ts';

/**
 * Looks again and again until there is something to see.
 *
 * @param instead what was seen in its place when the time was over.
 * @returns what was seen, and after how many milliseconds.
 * @throws JourneyError when the time is over.
 */
export async function waitFor<T>(
  what: string,
  withinSeconds: number,
  look: () => Promise<T | undefined>,
  instead: () => string = () => 'it did not',
): Promise<{ readonly seen: T; readonly afterMs: number }> {
  const startedAt = performance.now();
  for (;;) {
    const seen = await look();
    const afterMs = performance.now() - startedAt;
    if (seen !== undefined) return { seen, afterMs };
    if (afterMs > withinSeconds * 1000) throw new JourneyError(`${what} within ${withinSeconds} s`, instead());
    await sleep(100);
  }
}

export function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

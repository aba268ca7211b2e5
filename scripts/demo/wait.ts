import { setTimeout as sleep } from 'node:timers/promises';
import { JourneyError } from './steps.ts';

/**
 * Looks again and again until there is something to see.
 *
 * @param instead what was seen in its place when the time was over.
 * @returns what was seen, after how many milliseconds, and when it was last looked for in vain (0 when it never was).
 * @throws JourneyError when the time is over.
 */
export async function waitFor<T>(
  what: string,
  withinSeconds: number,
  look: () => Promise<T | undefined>,
  instead: () => string = () => 'it did not',
): Promise<{ readonly seen: T; readonly afterMs: number; readonly notBeforeMs: number }> {
  const startedAt = performance.now();
  const passedMs = () => performance.now() - startedAt;
  for (let notBeforeMs = 0; ; ) {
    const lookedMs = passedMs();
    const seen = await look();
    if (seen !== undefined) return { seen, afterMs: passedMs(), notBeforeMs };
    // On a busy machine a look takes its time: what counts is when it began.
    notBeforeMs = lookedMs;
    if (notBeforeMs > withinSeconds * 1000) throw new JourneyError(`${what} within ${withinSeconds} s`, instead());
    await sleep(100);
  }
}

export function inSeconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}

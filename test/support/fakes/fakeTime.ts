import { vi } from 'vitest';

/** What became of something while the timers of a fake clock ran, and how long it took by that clock. */
export async function inFakeTime<T>(run: () => Promise<T>): Promise<{ outcome: PromiseSettledResult<T>; ms: number }> {
  const startedAt = performance.now();
  let settled: { outcome: PromiseSettledResult<T>; ms: number } | undefined;
  const settling = Promise.allSettled([run()]).then(([outcome]) => {
    settled = { outcome, ms: performance.now() - startedAt };
    return settled;
  });
  while (!settled) await vi.advanceTimersToNextTimerAsync();
  return settling;
}

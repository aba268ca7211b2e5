/** For how long, and how often, something is tried that others may undo or hold up meanwhile. */
export interface Budget {
  /** All tries together take no longer; only the first may, by itself. */
  readonly ms: number;
  readonly tries: number;
  /** The longest pause after a try, by its number from 1. The shortest is half of it. @default none */
  readonly pauseMs?: (tries: number) => number;
}

/**
 * What requests spend on such tries. Somebody waits for each of them: what goes on for longer is answered with 503. The
 * first try has the bounds of its client alone (`requestCalls`), which end before the Lambda's time-out. A loop around
 * others may begin its last try just before its end: its own time and theirs add up.
 */
export const budgets = {
  /** One write, while other transactions are at its items. */
  write: { ms: 1900, tries: 16, pauseMs: (tries) => Math.min(150, 5 * 2 ** tries) },
  /** What a batch leaves undone for lack of capacity. */
  batch: { ms: 3000, tries: 7, pauseMs: (tries) => 25 * 2 ** tries },
  /** A transaction that is composed anew from what others have written. */
  transaction: { ms: 3000, tries: 25 },
  /** A use case that reads anew what others have changed. */
  flow: { ms: 3000, tries: 5 },
  /** Many sessions, ended one by one: the cap of live ones a request. */
  endings: { ms: 2000, tries: 101 },
} as const satisfies Readonly<Record<string, Budget>>;

/**
 * Tries something until it is done, or until what is left is less than the last try took. Pauses have jitter, because
 * those that met once would meet again.
 *
 * @param attempt resolves to undefined when it is to be tried again. The signal, of all but the first try, ends it when
 * the time is up.
 * @returns undefined when it was not done.
 * @throws what a try throws.
 */
export async function untilDone<T>(
  budget: Budget,
  attempt: (signal: AbortSignal | undefined) => Promise<T | undefined>,
): Promise<T | undefined> {
  const startedAt = performance.now();
  const leftMs = () => budget.ms - (performance.now() - startedAt);
  for (let tries = 1; ; tries++) {
    const beforeMs = leftMs();
    const done = await (tries === 1 ? attempt(undefined) : endedAfter(beforeMs, attempt));
    if (done !== undefined || tries === budget.tries) return done;
    const tookMs = beforeMs - leftMs();
    const pauseMs = (budget.pauseMs?.(tries) ?? 0) * (0.5 + Math.random() / 2);
    if (pauseMs + tookMs > leftMs()) return undefined;
    if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, pauseMs));
    // The pause of a busy process may take longer.
    if (leftMs() <= 0) return undefined;
  }
}

async function endedAfter<T>(ms: number, attempt: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const end = new AbortController();
  const timer = setTimeout(() => end.abort(), ms);
  try {
    return await attempt(end.signal);
  } finally {
    clearTimeout(timer);
  }
}

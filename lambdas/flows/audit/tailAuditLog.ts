import { decodeBatch } from '../../core/audit/auditChain.ts';
import type { LoggedEvent } from '../../core/audit/loggedEvent.ts';
import type { AuditLog } from '../../core/audit/ports.ts';

export interface TailDeps {
  readonly log: Pick<AuditLog, 'latest' | 'read'>;
}

/** The last `count` events of the log, oldest first, and the batch they end with. */
export async function lastEvents(
  { log }: TailDeps,
  count: number,
): Promise<{ readonly events: readonly LoggedEvent[]; readonly seq: number }> {
  const last = await log.latest(0);
  let events: readonly LoggedEvent[] = [];
  for (let seq = last; seq > 0 && events.length < count; seq--) {
    events = [...decodeBatch(await log.read(seq)).events, ...events];
  }
  return { events: events.slice(-count), seq: last };
}

/** How much the clocks of the Lambda that made an event and of the writer may differ. */
const clockSkewMs = 60_000;

/**
 * Every event that happened at `sinceMs` or later, in the order of the log, and the batch they end with. An event is
 * stored after it happened, so no batch made earlier can hold one.
 */
export async function eventsSince(
  { log }: TailDeps,
  sinceMs: number,
): Promise<{ readonly events: readonly LoggedEvent[]; readonly seq: number }> {
  const last = await log.latest(0);
  const batches: (readonly LoggedEvent[])[] = [];
  for (let seq = last; seq > 0; seq--) {
    const { header, events } = decodeBatch(await log.read(seq));
    if (Date.parse(header.created_at) < sinceMs - clockSkewMs) break;
    batches.push(events.filter(({ at }) => Date.parse(at) >= sinceMs));
  }
  return { events: batches.toReversed().flat(), seq: last };
}

/** The events behind batch `after`, as they come, for ever. */
export async function* eventsBehind(
  { log, wait }: TailDeps & { readonly wait: () => Promise<unknown> },
  after: number,
): AsyncGenerator<readonly LoggedEvent[], never, undefined> {
  for (let shown = after; ; ) {
    const last = await log.latest(shown);
    while (shown < last) yield decodeBatch(await log.read(++shown)).events;
    await wait();
  }
}

import type { AuditEvent } from '../contract/auditEvents.ts';
import { decodeBatch } from '../core/auditChain.ts';

export interface TailDeps {
  readonly log: {
    latest(after: number): Promise<number>;
    read(seq: number): Promise<Uint8Array>;
  };
}

/** The last `count` events of the log, oldest first, and the batch they end with. */
export async function lastEvents(
  { log }: TailDeps,
  count: number,
): Promise<{ readonly events: readonly AuditEvent[]; readonly seq: number }> {
  const last = await log.latest(0);
  let events: readonly AuditEvent[] = [];
  for (let seq = last; seq > 0 && events.length < count; seq--) {
    events = [...decodeBatch(await log.read(seq)).events, ...events];
  }
  return { events: events.slice(-count), seq: last };
}

/** The events behind batch `after`, as they come, for ever. */
export async function* eventsBehind(
  { log, wait }: TailDeps & { readonly wait: () => Promise<unknown> },
  after: number,
): AsyncGenerator<readonly AuditEvent[], never, undefined> {
  for (let shown = after; ; ) {
    const last = await log.latest(shown);
    while (shown < last) yield decodeBatch(await log.read(++shown)).events;
    await wait();
  }
}

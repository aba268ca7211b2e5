import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { ClientRequest, IncomingMessage } from 'node:http';

/** The calls of AWS services while something runs. */
export interface RoundTrips {
  /** By their names, in the order in which they were sent. */
  readonly calls: readonly string[];
  /** The most of them of which each was sent after the one before had come back: what somebody waits for. */
  readonly sequential: number;
}

interface Call {
  readonly name: string;
  readonly sentAt: number;
  backAt: number;
}

type Told = { readonly request?: ClientRequest; readonly response?: IncomingMessage };

/**
 * Notes every call of an AWS service in this process, whichever client sends it, by its request over HTTP: one that a
 * client sends again counts again. One run at a time.
 *
 * @param but calls that are not noted: of what a warm Lambda has
 */
export async function roundTrips(run: () => Promise<unknown>, but: readonly string[] = []): Promise<RoundTrips> {
  const calls = new Map<ClientRequest | undefined, Call>();
  let moment = 0;
  const back = (request: ClientRequest | undefined) => {
    const call = calls.get(request);
    if (call) call.backAt = Math.min(call.backAt, moment++);
  };
  const listeners: Readonly<Record<string, (told: Told) => void>> = {
    'http.client.request.start': ({ request }) => {
      const target = request?.getHeader('x-amz-target');
      if (target === undefined) return;
      calls.set(request, { name: String(target).replace(/^.*\./, ''), sentAt: moment++, backAt: Infinity });
    },
    'http.client.response.finish': ({ request, response }) => void response?.on('end', () => back(request)),
    'http.client.request.error': ({ request }) => back(request),
  };
  const all = Object.entries(listeners).map(
    ([channel, listener]) => [channel, (told: unknown) => listener(Object(told))] as const,
  );
  for (const [channel, listener] of all) subscribe(channel, listener);
  try {
    await run();
  } finally {
    for (const [channel, listener] of all) unsubscribe(channel, listener);
  }
  const noted = [...calls.values()].filter(({ name }) => !but.includes(name));
  return { calls: noted.map(({ name }) => name), sequential: longestChain(noted) };
}

function longestChain(calls: readonly Call[]): number {
  const depths = new Map<Call, number>();
  for (const call of calls) {
    const before = calls.filter(({ backAt }) => backAt < call.sentAt).map((earlier) => depths.get(earlier) ?? 0);
    depths.set(call, 1 + Math.max(0, ...before));
  }
  return Math.max(0, ...depths.values());
}

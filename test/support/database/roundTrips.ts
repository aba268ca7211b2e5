import { Client } from '@smithy/core/client';

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

const { send }: { readonly send: (...args: never[]) => unknown } = Client.prototype;

/** Notes every call that a client of the SDK sends in this process, whoever made the client. One run at a time. */
export async function roundTrips(run: () => Promise<unknown>): Promise<RoundTrips> {
  const calls: Call[] = [];
  let moment = 0;
  Object.assign(Client.prototype, {
    async send(this: unknown, ...args: [object, ...unknown[]]) {
      const call = { name: args[0].constructor.name.replace(/Command$/, ''), sentAt: moment++, backAt: Infinity };
      calls.push(call);
      try {
        return await Reflect.apply(send, this, args);
      } finally {
        call.backAt = moment++;
      }
    },
  });
  try {
    await run();
  } finally {
    Object.assign(Client.prototype, { send });
  }
  return { calls: calls.map(({ name }) => name), sequential: longestChain(calls) };
}

function longestChain(calls: readonly Call[]): number {
  const depths = new Map<Call, number>();
  for (const call of calls) {
    const before = calls.filter(({ backAt }) => backAt < call.sentAt).map((earlier) => depths.get(earlier) ?? 0);
    depths.set(call, 1 + Math.max(0, ...before));
  }
  return Math.max(0, ...depths.values());
}

import { startChild } from '../common/children.ts';
import { figureGroup, type Part, type PartOptions, ratioIn } from '../common/result.ts';
import { inRounds } from '../common/rounds.ts';
import { type RefreshClient, type Stretch, startServer } from './client.ts';
import { floor, namesFor, oidc, ours } from './contestants.ts';
import type { ServerOptions } from './server.ts';

const connections = 8;
const uses = 50;
const sessions = 2000;
/** Before the first round: code of a server is compiled as it is used. */
const warmUp = 3000;

/** A refresh in milliseconds of the clock, of a client that waits for each answer. */
const wallOf = ({ refreshes, wallMs }: Stretch) => wallMs / refreshes;
/** By the CPU time of the server: what the clock shows where nothing else runs, and the client has a core to itself. */
const perCpuSecond = ({ refreshes, cpuMs }: Stretch) => (refreshes * 1000) / cpuMs;

export const part: Part = {
  title: 'Refresh over loopback HTTP, JWT access tokens, storage in memory',
  async run(options) {
    const together = await startChild(new URL('../refreshAtOnce/child.ts', import.meta.url), [String(uses)], {
      silent: true,
    });
    together.stop();
    const atOnce = (algorithm: ServerOptions['algorithm']) =>
      measured(options, {
        title: `${algorithm}, storage at once, ${connections} connections`,
        unit: 'refreshes per second of the server’s CPU',
        better: 'higher',
        server: { delayMs: 0, algorithm },
        stretch: async (client) => perCpuSecond(await client.refresh(400, connections)),
      });
    const delayed = (delayMs: number) =>
      measured(options, {
        title: `ES256, storage ${delayMs} ms away, one connection`,
        unit: 'ms a refresh',
        better: 'lower',
        server: { delayMs, algorithm: 'ES256' },
        stretch: async (client) => wallOf(await client.refresh(20, 1)),
      });
    const [es, rs, at5, at20] = [await atOnce('ES256'), await atOnce('RS256'), await delayed(5), await delayed(20)];
    return {
      groups: [es, rs, at5, at20],
      bars: [
        { claim: `ES256 at 0 ms, of ${oidc}`, value: ratioIn(es, ours, oidc), is: 'at least', bar: 3 },
        { claim: `RS256 at 0 ms, of ${floor}`, value: ratioIn(rs, ours, floor), is: 'at least', bar: 0.8 },
        {
          claim: `${uses} uses of a token at once, one rotation, one successor, no revocation`,
          value: Number(together.greeting),
          is: 'at least',
          bar: 1,
        },
        { claim: `wall time at 5 ms, of ${oidc}`, value: ratioIn(at5, ours, oidc), is: 'at most', bar: 1 / 3 },
      ],
    };
  },
};

async function measured(
  { rounds, progress }: PartOptions,
  what: {
    readonly title: string;
    readonly unit: string;
    readonly better: 'higher' | 'lower';
    readonly server: Omit<ServerOptions, 'sessions'>;
    readonly stretch: (client: RefreshClient) => Promise<number>;
  },
) {
  const { server, stretch, ...about } = what;
  const names = namesFor(server.algorithm);
  const clients = await Promise.all(names.map((name) => startServer(name, { ...server, sessions })));
  for (const client of clients) await client.refresh(warmUp, 64);
  const contestants = clients.map((client) => ({ name: client.name, measure: () => stretch(client) }));
  const onRound = (round: number, of: number) => progress(`${what.title}, round ${round} of ${of}`);
  const figures = await inRounds(contestants, { rounds, onRound }).finally(() => {
    for (const client of clients) client.stop();
  });
  return figureGroup(about, figures);
}

import { Agent, request } from 'node:http';
import * as z from 'zod/mini';
import { type Child, startChild } from '../common/children.ts';
import type { ServerOptions } from './server.ts';

const aboutSchema = z.object({
  port: z.number(),
  path: z.string(),
  body: z.union([z.literal('json'), z.object({ form: z.record(z.string(), z.string()) })]),
  tokens: z.array(z.string()),
});
const answerSchema = z.object({ refresh_token: z.string(), access_token: z.string() });

/** What a stretch of refreshes took. */
export interface Stretch {
  readonly refreshes: number;
  /** From first to last, by the clock. */
  readonly wallMs: number;
  /** Of the server's process. */
  readonly cpuMs: number;
}

export interface RefreshClient {
  readonly name: string;
  /** Exchanges so many tokens, one after the other on each of the connections. */
  refresh(refreshes: number, connections: number): Promise<Stretch>;
  stop(): void;
}

/** Starts a server and a client that has its sessions; each session's newest token is presented, in turn. */
export async function startServer(name: string, options: ServerOptions): Promise<RefreshClient> {
  const file = new URL('child.ts', import.meta.url);
  const child = await startChild(file, [name, JSON.stringify(options)], { silent: true });
  const { port, path, body, tokens } = aboutSchema.parse(child.greeting);
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  let next = 0;

  const exchange = async (token: string) => {
    const answer = await post({ agent, port, path, ...encoded(body, token) });
    const parsed = answerSchema.safeParse(answer.json);
    if (!parsed.success) throw new Error(`${name} answered ${answer.status} ${JSON.stringify(answer.json)}`);
    return parsed.data.refresh_token;
  };
  return {
    name,
    async refresh(refreshes, connections) {
      const cpuBefore = await cpuOf(child);
      const began = performance.now();
      let left = refreshes;
      const connection = async () => {
        while (left > 0) {
          left -= 1;
          const index = next++ % tokens.length;
          tokens[index] = await exchange(tokens[index] ?? '');
        }
      };
      await Promise.all(Array.from({ length: connections }, connection));
      return { refreshes, wallMs: performance.now() - began, cpuMs: (await cpuOf(child)) - cpuBefore };
    },
    stop() {
      agent.destroy();
      child.stop();
    },
  };
}

async function cpuOf(child: Child): Promise<number> {
  return z.number().parse(await child.ask());
}

function encoded(body: z.infer<typeof aboutSchema>['body'], token: string) {
  if (body === 'json') return { type: 'application/json', text: JSON.stringify({ refresh_token: token }) };
  const text = new URLSearchParams({ ...body.form, refresh_token: token }).toString();
  return { type: 'application/x-www-form-urlencoded', text };
}

/** Less work for the client than `fetch`: it shares the machine with the server. */
function post(options: {
  readonly agent: Agent;
  readonly port: number;
  readonly path: string;
  readonly type: string;
  readonly text: string;
}): Promise<{ readonly status: number | undefined; readonly json: unknown }> {
  const { agent, port, path, type, text } = options;
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': type, 'content-length': Buffer.byteLength(text) };
    const sent = request({ agent, host: '127.0.0.1', port, path, method: 'POST', headers }, (response) => {
      let received = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        received += chunk;
      });
      response.on('error', reject);
      response.on('end', () => {
        try {
          resolve({ status: response.statusCode, json: JSON.parse(received) });
        } catch {
          resolve({ status: response.statusCode, json: received });
        }
      });
    });
    sent.on('error', reject);
    sent.end(text);
  });
}

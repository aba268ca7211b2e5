import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, type RequestOptions, request } from 'node:https';
import { stack } from './stack.ts';

export interface ApiRequest {
  readonly method?: string;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is, without a content type of its own. */
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  /** An access token. */
  readonly token?: string | undefined;
  /** The loopback address the request comes from, 127.0.0.2 say: to the API another source address. */
  readonly localAddress?: string;
}

export interface ApiResponse {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body, which has to be JSON. */
  json(): unknown;
}

/** One agent a source address: connections are kept, as a client's would be. */
const agents = new Map<string, Agent>();

function agent(localAddress: string): Agent {
  let found = agents.get(localAddress);
  if (found === undefined) {
    found = new Agent({ keepAlive: true, maxSockets: 128, ca: readFileSync(stack().ca_file), localAddress });
    agents.set(localAddress, found);
  }
  return found;
}

/** A request to the deployed API, over HTTPS with its certificate verified. `path` begins with a slash and may hold a query. */
export function api(path: string, options: ApiRequest = {}): Promise<ApiResponse> {
  const { method = 'GET', json, token, localAddress = '127.0.0.1' } = options;
  const body = json === undefined ? options.body : JSON.stringify(json);
  const { hostname, port } = new URL(stack().api_url);
  const headers: Record<string, string | string[]> = {};
  if (json !== undefined) headers['content-type'] = 'application/json';
  if (body !== undefined) headers['content-length'] = String(Buffer.byteLength(body));
  if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    headers[name.toLowerCase()] = typeof value === 'string' ? value : [...value];
  }
  const requestOptions: RequestOptions = { hostname, port, path, method, headers, agent: agent(localAddress) };
  return new Promise((resolve, reject) => {
    const outgoing = request({ ...requestOptions, family: 4 }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text, json: () => JSON.parse(text) });
      });
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

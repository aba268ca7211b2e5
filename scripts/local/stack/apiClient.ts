import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { Agent, request } from 'node:https';

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

/** A request to the deployed API. `path` begins with a slash and may hold a query. */
export type Api = (path: string, options?: ApiRequest) => Promise<ApiResponse>;

/**
 * Calls the API over HTTPS and verifies its certificate by the local authority. Connections are kept open, as clients
 * do.
 */
export function createApi({ apiUrl, caFile }: { readonly apiUrl: string; readonly caFile: string }): Api {
  const { hostname, port } = new URL(apiUrl);
  const ca = readFileSync(caFile);
  const agents = new Map<string, Agent>();
  const agentFrom = (localAddress: string): Agent => {
    const agent = agents.get(localAddress) ?? new Agent({ keepAlive: true, maxSockets: 128, ca, localAddress });
    agents.set(localAddress, agent);
    return agent;
  };
  return (path, options = {}) => {
    const body = options.json === undefined ? options.body : JSON.stringify(options.json);
    const agent = agentFrom(options.localAddress ?? '127.0.0.1');
    const send = (resolve: (response: ApiResponse) => void, reject: (error: unknown) => void): void => {
      const outgoing = request(
        { hostname, port, path, method: options.method ?? 'GET', headers: headersOf(options, body), agent, family: 4 },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            const text = Buffer.concat(chunks).toString();
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text,
              json: () => JSON.parse(text),
            });
          });
        },
      );
      outgoing.on('error', (error: NodeJS.ErrnoException) => {
        // The server ended a kept connection just when it was used again: it has not seen this request.
        if (outgoing.reusedSocket && error.code === 'ECONNRESET') send(resolve, reject);
        else reject(error);
      });
      outgoing.end(body);
    };
    return new Promise(send);
  };
}

function headersOf(options: ApiRequest, body: string | Uint8Array | undefined): Record<string, string | string[]> {
  const headers: Record<string, string | string[]> = {};
  if (options.json !== undefined) headers['content-type'] = 'application/json';
  if (body !== undefined) headers['content-length'] = String(Buffer.byteLength(body));
  if (options.token !== undefined) headers['authorization'] = `Bearer ${options.token}`;
  for (const [name, value] of Object.entries(options.headers ?? {})) {
    headers[name.toLowerCase()] = typeof value === 'string' ? value : [...value];
  }
  return headers;
}

import type { Agent } from 'node:http';

export interface WireRequest {
  readonly protocol: string;
  readonly hostname: string;
  readonly port: number | undefined;
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface WireResponse {
  readonly statusCode: number;
  readonly body: Uint8Array;
}

export interface CallOptions {
  readonly abortSignal?: AbortSignal;
}

/** As the AWS SDK has it: a client of either kind takes the same. */
export interface RequestHandler {
  handle(request: WireRequest, options?: CallOptions): Promise<{ readonly response: WireResponse }>;
}

export interface TransportBounds {
  readonly connectionTimeout: number;
  /** Of a whole attempt, from its beginning to the last byte of the answer. */
  readonly requestTimeout: number;
}

const maxSockets = 50;

/**
 * Requests over connections that are kept. `node:https` is loaded with the first of them, not with the code: a Lambda
 * that refuses a request by itself never needs it.
 */
export function createTransport({ connectionTimeout, requestTimeout }: TransportBounds): RequestHandler {
  let agent: Agent | undefined;
  return {
    handle: ({ protocol, body, ...request }, { abortSignal } = {}) =>
      new Promise((resolve, reject) => {
        const http = protocol === 'https:' ? process.getBuiltinModule('https') : process.getBuiltinModule('http');
        agent ??= new http.Agent({ keepAlive: true, maxSockets });
        const sent = http.request({ ...request, agent, ...(abortSignal && { signal: abortSignal }) });
        const fail = (error: Error) => {
          reject(error);
          sent.destroy();
        };
        const endAfter = (ms: number) => setTimeout(() => fail(new TimeoutError(`no answer within ${ms} ms`)), ms);
        const timers = [endAfter(requestTimeout)];
        sent.on('socket', (socket) => {
          if (!socket.connecting) return;
          const connecting = endAfter(connectionTimeout);
          timers.push(connecting);
          socket.once('connect', () => clearTimeout(connecting));
        });
        sent.on('close', () => timers.forEach(clearTimeout));
        sent.on('error', fail);
        sent.on('response', (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', fail);
          response.on('end', () =>
            resolve({ response: { statusCode: response.statusCode ?? 0, body: Buffer.concat(chunks) } }),
          );
        });
        sent.end(body);
      }),
  };
}

class TimeoutError extends Error {
  override readonly name = 'TimeoutError';
}

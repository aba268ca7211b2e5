import { once } from 'node:events';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { IssuedCertificate } from './certificateAuthority.ts';

/** An HTTPS server on a loopback address that stands for one outside, and counts who connects. */
export interface OutsideServer {
  readonly port: number;
  readonly requests: IncomingMessage[];
  /** TCP connections, whether or not anything was sent on them. */
  connections(): number;
  /** How the next requests are answered. @default 200 and `hello` */
  answer: RequestListener;
  close(): Promise<void>;
}

export async function startOutsideServer(
  { cert, key }: IssuedCertificate,
  { address, port = 0 }: { readonly address: string; readonly port?: number },
): Promise<OutsideServer> {
  let connections = 0;
  const requests: IncomingMessage[] = [];
  const server = createServer({ cert, key }, (request, response: ServerResponse) => {
    requests.push(request);
    outside.answer(request, response);
  });
  server.on('connection', () => {
    connections += 1;
  });
  server.on('tlsClientError', () => {});
  server.listen(port, address);
  await once(server, 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  const outside: OutsideServer = {
    port: bound.port,
    requests,
    connections: () => connections,
    answer: (_, response) => response.end('hello'),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
  return outside;
}

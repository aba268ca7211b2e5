import { readFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TlsFiles } from '../../../scripts/local/cloud/certificates.ts';

export interface TlsServer extends AsyncDisposable {
  readonly origin: string;
}

/** A server at `https://localhost`, on a free port, with the given certificate. */
export async function startTlsServer(files: TlsFiles, listener: RequestListener): Promise<TlsServer> {
  const cert = readFileSync(files.certificateFile);
  const server = createServer({ cert, key: readFileSync(files.keyFile) }, listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `https://localhost:${portOf(server.address())}`,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return address.port;
}

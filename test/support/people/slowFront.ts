import { dirname } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { tlsFiles } from '../../../scripts/local/cloud/certificates.ts';
import { startTlsServer, type TlsServer } from '../fakes/tlsServer.ts';
import { stack } from '../stack/stack.ts';
import { api } from './api.ts';

/** A request that is on its way for as long as the test wants. */
export interface HeldRequest {
  /** Settles when the request has come, or its answer has, whichever is held. */
  readonly reached: Promise<void>;
  release(): void;
}

/** Of the connection alone, and not of the request. */
const ofTheHop = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'accept-encoding',
  'keep-alive',
]);
const passedOn = <T>(headers: Readonly<Record<string, T>>) =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !ofTheHop.has(name)));

/** Stands between a browser and the API, with the API's own certificate, and delays what the test names. */
export async function startSlowFront() {
  const held = new Map<string, { before: 'the request' | 'its answer'; wait: () => Promise<void> }>();
  const server: TlsServer = await startTlsServer(tlsFiles(dirname(stack().ca_file)), async (request, response) => {
    const path = request.url ?? '/';
    const body = await buffer(request);
    const hold = held.get(path);
    held.delete(path);
    if (hold?.before === 'the request') await hold.wait();
    const { method = 'GET' } = request;
    const headers = passedOn(request.headers as Record<string, string>);
    const answer = await api(path, { method, headers, ...(body.length > 0 && { body }) });
    if (hold?.before === 'its answer') await hold.wait();
    response.writeHead(answer.status, passedOn(answer.headers)).end(answer.text);
  });
  return {
    port: new URL(server.origin).port,
    close: () => server[Symbol.asyncDispose](),
    /** Holds the next request to a path, before it reaches the API or before its answer reaches the browser. */
    hold(path: string, before: 'the request' | 'its answer'): HeldRequest {
      const reached = Promise.withResolvers<void>();
      const released = Promise.withResolvers<void>();
      held.set(path, {
        before,
        wait() {
          reached.resolve();
          return released.promise;
        },
      });
      return { reached: reached.promise, release: () => released.resolve() };
    },
  };
}

import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import { Readable } from 'node:stream';
import { createProxyServer } from 'httpxy';
import type { FrontConfig } from './config.ts';
import { forwardedHeaders, passEveryAuthorization, renameAuthenticate } from './headers.ts';
import { sendProblem, writeProblem } from './problem.ts';
import { targetOf } from './requestTarget.ts';

/** The real gateway's limits: request line and headers together, and body. */
const maxHeaderBytes = 10_240;
const maxBodyBytes = 10 * 1024 * 1024;
/** Twice the real gateway's: here a burst of requests is a burst of cold starts on one machine. */
const integrationTimeoutMs = 60_000;
/**
 * Far longer than clients keep a connection idle: closing it just when the next request comes would reset that request.
 */
export const keepAliveTimeoutMs = 120_000;

export interface GatewayOptions {
  readonly certificate: string;
  readonly key: string;
  readonly port: number;
  readonly config: () => FrontConfig;
  /** Takes a line about each request that got no answer from the API. */
  readonly report: (line: string) => void;
}

/** Stands in for the custom domain and the edges of the real gateway: HTTPS, with the stage at the root path. */
export function createGateway({ certificate, key, port, config, report }: GatewayOptions): Server {
  const hosts = new Set([`localhost:${port}`, `127.0.0.1:${port}`]);
  const forward = createForwarder(config);
  const listener: RequestListener = async (request, response) => {
    const target = targetOf(request);
    if (target === undefined) {
      return sendProblem(response, { code: 'invalid_request', detail: 'The request does not name one host' });
    }
    request.url = target;
    if (!hosts.has(request.headers.host ?? '')) {
      return sendProblem(response, { code: 'forbidden', detail: 'No API answers to this host name' });
    }
    try {
      await forward(request, response);
    } catch (error) {
      report(`${new Date().toISOString()} ${request.method} failed: ${String(error)}`);
      sendProblem(response, { code: 'unavailable', detail: 'The API does not answer' });
    }
  };
  const server = createServer(
    // The listener refuses a request without `Host` itself, so that it gets a problem as its answer.
    { cert: certificate, key, minVersion: 'TLSv1.2', maxHeaderSize: maxHeaderBytes, requireHostHeader: false },
    listener,
  );
  server.keepAliveTimeout = keepAliveTimeoutMs;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const tooLarge = error.code === 'HPE_HEADER_OVERFLOW';
    const detail = tooLarge ? `Request line and headers exceed ${maxHeaderBytes} bytes` : 'This is not HTTP/1.1';
    writeProblem(socket, { code: 'invalid_request', status: tooLarge ? 431 : 400, detail });
  });
  return server;
}

function createForwarder(config: () => FrontConfig) {
  // A connection for each request: the emulator closes idle connections, even while a request is on its way.
  const proxy = createProxyServer({ proxyTimeout: integrationTimeoutMs, agent: false });
  proxy.on('proxyReq', passEveryAuthorization);
  proxy.on('proxyRes', ({ headers }) => {
    delete headers['connection'];
    renameAuthenticate(headers);
    delete headers['server'];
    delete headers['x-amz-request-id'];
  });
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const { upstream, token } = config();
    if (upstream === null) return sendProblem(response, { code: 'unavailable', detail: 'Nothing is deployed yet' });
    const body = await readBody(request);
    if (body === undefined) {
      return sendProblem(response, { code: 'payload_too_large', detail: 'The body exceeds 10 MiB' });
    }
    request.headers = forwardedHeaders(request.headers, { peer: request.socket.remoteAddress ?? '', token });
    // The body has been read whole, as the real gateway does, so that its framing is ours and never the client's.
    delete request.headers['transfer-encoding'];
    delete request.headers['expect'];
    if (body.length > 0 || request.headers['content-length'] !== undefined) {
      request.headers['content-length'] = String(body.length);
    }
    await proxy.web(request, response, { target: upstream, buffer: Readable.from(body.length > 0 ? [body] : []) });
  };
}

/** The body, or undefined when it is larger than the gateway takes. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > maxBodyBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

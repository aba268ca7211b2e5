import { once } from 'node:events';
import { createServer } from 'node:http';

export interface FakeRequest {
  readonly path: string;
  /** The operation of an AWS JSON protocol call, else empty. */
  readonly target: string;
  readonly body: string;
}

export interface FakeAnswer {
  readonly status?: number;
  readonly errorType?: string;
  readonly body?: unknown;
}

/** A server on a free port that answers AWS SDK clients, for tests of what goes over the wire. */
export async function startFakeHttp(answer: (request: FakeRequest) => FakeAnswer) {
  const requests: FakeRequest[] = [];
  const server = createServer(async (incoming, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const target = incoming.headers['x-amz-target'];
    const request = {
      path: incoming.url ?? '',
      target: typeof target === 'string' ? target : '',
      body: Buffer.concat(chunks).toString('utf8'),
    };
    requests.push(request);
    const { status = 200, errorType, body = {} } = answer(request);
    const type = request.target === '' ? 'application/json' : 'application/x-amz-json-1.1';
    response.writeHead(status, { 'content-type': type, ...(errorType && { 'x-amzn-errortype': errorType }) });
    response.end(JSON.stringify(errorType ? { __type: errorType, message: 'refused', ...Object(body) } : body));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

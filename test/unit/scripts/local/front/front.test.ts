import { readFileSync, rmSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ensureCertificates, type TlsFiles } from '../../../../../scripts/local/cloud/certificates.ts';
import { freePorts } from '../../../../../scripts/local/cloud/ports.ts';
import { createGateway } from '../../../../../scripts/local/front/gateway.ts';
import { type Api, createApi } from '../../../../../scripts/local/stack/apiClient.ts';
import { malformedRequests } from '../../../../support/fuzz/malformedRequests.ts';
import { rawRequest } from '../../../../support/stack/rawRequest.ts';

interface Seen {
  readonly url: string | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly authorization: readonly string[] | undefined;
  readonly body: string;
}

let folder: string;
let files: TlsFiles;
let port: number;
let upstreamPort: number;
let upstream: Server;
let gateway: ReturnType<typeof createGateway>;
let target: string | null;
let api: Api;
let seen: Seen[];
let answer: (response: ServerResponse) => void;

const listen = (server: { listen(port: number, host: string, done: () => void): unknown }, onPort: number) =>
  new Promise<void>((resolve) => server.listen(onPort, '127.0.0.1', resolve));

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'front-'));
  files = await ensureCertificates(folder);
  [port = 0, upstreamPort = 0] = await freePorts(2);
  upstream = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { authorization } = request.headersDistinct;
    seen.push({ url: request.url, headers: request.headers, authorization, body: Buffer.concat(chunks).toString() });
    answer(response);
  });
  gateway = createGateway({
    certificate: readFileSync(files.certificateFile, 'utf8'),
    key: readFileSync(files.keyFile, 'utf8'),
    port,
    config: () => ({ upstream: target, mails: null, token: 'front-token' }),
    report: () => {},
  });
  await Promise.all([listen(upstream, upstreamPort), listen(gateway, port)]);
  api = createApi({ apiUrl: `https://localhost:${port}`, caFile: files.caFile });
});

afterAll(() => {
  gateway.closeAllConnections();
  upstream.closeAllConnections();
  gateway.close();
  upstream.close();
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  seen = [];
  target = `http://127.0.0.1:${upstreamPort}/_aws/execute-api/abc/local`;
  answer = (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
});

describe('a request through the front', () => {
  it('reaches the stage at its root path, as it is', async () => {
    await api('/auth/me?a=1&b=%2F', { method: 'POST', body: 'raw' });
    expect(seen).toMatchObject([{ url: '/_aws/execute-api/abc/local/auth/me?a=1&b=%2F', body: 'raw' }]);
  });

  it('goes on over a connection of its own', async () => {
    answer = (response) => response.writeHead(200, { connection: 'close' }).end('{}');
    let connections = 0;
    const counted = () => {
      connections += 1;
    };
    gateway.on('secureConnection', counted);
    const patient = createApi({ apiUrl: `https://localhost:${port}`, caFile: files.caFile });
    const answers = [await patient('/health'), await patient('/health')];
    gateway.off('secureConnection', counted);
    expect(connections).toBe(1);
    expect(answers.map(({ headers }) => headers.connection)).toEqual(['keep-alive', 'keep-alive']);
    expect(gateway.keepAliveTimeout).toBeGreaterThanOrEqual(120_000);
    expect(seen.map(({ headers }) => headers.connection)).toEqual(['close', 'close']);
  });

  it('shows the emulator the token of the front, whatever it claims', async () => {
    await api('/health', { headers: { 'x-gatehouse-front': 'claimed', origin: 'https://app.test' } });
    expect(seen.map(({ headers }) => [headers['x-gatehouse-front'], headers.origin])).toEqual([
      ['front-token', 'https://app.test'],
    ]);
  });

  it('carries the address of its peer, whatever it claims', async () => {
    const claims = { 'X-Forwarded-For': '6.6.6.6', Forwarded: 'for=6.6.6.6', 'X-Real-IP': '6.6.6.6' };
    const others = { 'X-Forwarded-Host': 'evil.test', 'X-Forwarded-Proto': 'http', Via: '1.1 evil' };
    await api('/health', { headers: { ...claims, ...others }, localAddress: '127.0.0.2' });
    expect(seen[0]?.headers['x-forwarded-for']).toBe('127.0.0.2');
    const names = Object.keys(seen[0]?.headers ?? {});
    expect(names.filter((name) => /forwarded|real-ip|via/.test(name))).toEqual(['x-forwarded-for']);
  });

  it('A09 keeps two Authorization headers apart, so that the authorizer can refuse them', async () => {
    await raw(
      `GET /auth/me HTTP/1.1\r\nHost: localhost:${port}\r\nAuthorization: Bearer a\r\nConnection: close\r\n` +
        'authorization: Bearer b\r\n\r\n',
    );
    expect(seen.map(({ authorization }) => authorization)).toEqual([['Bearer a', 'Bearer b']]);
  });

  it('keeps two Set-Cookie headers apart', async () => {
    answer = (response) => response.writeHead(204, { 'set-cookie': ['a=1', 'b=2'] }).end();
    expect((await api('/health')).headers['set-cookie']).toEqual(['a=1', 'b=2']);
  });
});

describe('WWW-Authenticate', () => {
  const challenge = { 'www-authenticate': 'Bearer' };

  it('of a Lambda is renamed', async () => {
    answer = (response) => response.writeHead(401, { ...challenge, 'x-amzn-requestid': 'r' }).end();
    const { headers } = await api('/auth/me');
    expect(headers['www-authenticate']).toBeUndefined();
    expect(headers['x-amzn-remapped-www-authenticate']).toBe('Bearer');
  });

  it('of a gateway response stays', async () => {
    answer = (response) => response.writeHead(401, { ...challenge, 'x-amzn-errortype': 'UnauthorizedException' }).end();
    expect((await api('/auth/me')).headers['www-authenticate']).toBe('Bearer');
  });
});

describe('the front itself', () => {
  it('answers 431 to more than 10,240 bytes of headers', async () => {
    const { status, headers, json } = await api('/health', { headers: { 'x-big': 'a'.repeat(10_300) } });
    expect([status, headers['content-type'], json()]).toMatchObject([
      431,
      'application/problem+json',
      { code: 'invalid_request', status: 431 },
    ]);
    expect(seen).toEqual([]);
  });

  it('answers 413 to more than 10 MiB', async () => {
    const { status, json } = await api('/health', { method: 'POST', body: Buffer.alloc(10 * 1024 * 1024 + 1) });
    expect([status, json()]).toMatchObject([413, { code: 'payload_too_large' }]);
    expect(seen).toEqual([]);
  });

  it('answers 403 to another host name', async () => {
    const text = await raw('GET /health HTTP/1.1\r\nHost: evil.test\r\nConnection: close\r\n\r\n');
    expect(text).toMatch(/^HTTP\/1\.1 403 /);
    expect(seen).toEqual([]);
  });

  it('answers 503 while there is nothing behind it', async () => {
    target = null;
    expect((await api('/health')).status).toBe(503);
    const [nobody = 0] = await freePorts(1);
    target = `http://127.0.0.1:${nobody}/`;
    const { status, headers, json } = await api('/health');
    expect([status, headers['retry-after'], json()]).toMatchObject([503, '1', { code: 'unavailable' }]);
  });

  it.each(malformedRequests('HOST'))('H01 passes nothing of $what on', async ({ request }) => {
    const text = await raw(request.replaceAll('HOST', `localhost:${port}`));
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toContain('"code":"invalid_request"');
    expect(text.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    expect(seen).toEqual([]);
  });

  it('takes an absolute form that its Host agrees with for its path (RFC 9112 §3.2.2)', async () => {
    const host = `localhost:${port}`;
    await raw(`GET https://LOCALHOST:${port}/health?a=1 HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    expect(seen.map(({ url }) => url)).toEqual(['/_aws/execute-api/abc/local/health?a=1']);
  });

  it('sends a chunked body on with a length of its own', async () => {
    const head = [
      'POST /health HTTP/1.1',
      `Host: localhost:${port}`,
      'Connection: close',
      'Transfer-Encoding: chunked',
    ];
    await raw(`${head.join('\r\n')}\r\n\r\n3\r\nabc\r\n0\r\n\r\n`);
    expect(seen).toMatchObject([{ body: 'abc', headers: { 'content-length': '3' } }]);
    expect(seen[0]?.headers['transfer-encoding']).toBeUndefined();
  });
});

function raw(request: string): Promise<string> {
  return rawRequest({ port, caFile: files.caFile }, request);
}

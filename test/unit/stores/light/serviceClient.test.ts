import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { GetSecretValueCommand, SecretsManagerClient } from '../../../../lambdas/stores/light/secretsManager.ts';
import { type ClientOptions, createServiceClient } from '../../../../lambdas/stores/light/serviceClient.ts';

const service = { name: 'dynamodb', target: 'T', contentType: 'application/x-amz-json-1.0', endpointVariable: 'NONE' };
const credentials = { accessKeyId: 'test', secretAccessKey: 'test' };

type Answer = (response: ServerResponse) => void;
const json =
  (status: number, body: unknown): Answer =>
  (response) =>
    response.writeHead(status).end(JSON.stringify(body));
const refusal = (name: string, status = 400) => json(status, { __type: `prefix#${name}`, Message: 'no' });
const silence: Answer = () => {};
const broken: Answer = (response) => response.destroy();

describe('a call of the light client', () => {
  let answers: Answer[] = [];
  let requests: IncomingMessage[] = [];
  let endpoint = '';
  const server = createServer((request, response) => {
    requests.push(request);
    (answers[requests.length - 1] ?? silence)(response);
  });
  beforeAll(async () => {
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    endpoint = `http://127.0.0.1:${Object(server.address() as AddressInfo).port}`;
  });
  afterAll(() => {
    server.closeAllConnections();
    server.close();
  });
  beforeEach(() => {
    requests = [];
  });

  function call(given: readonly Answer[], options: Partial<ClientOptions> = {}, abortSignal?: AbortSignal) {
    answers = [...given];
    requests = [];
    const requestHandler = { connectionTimeout: 1000, requestTimeout: 200 };
    const send = createServiceClient(service, {
      endpoint,
      region: 'us-east-1',
      credentials,
      requestHandler,
      ...options,
    });
    return send('Get', {}, abortSignal ? { abortSignal } : {});
  }

  it.each([
    ['a broken connection', broken],
    ['silence', silence],
    ['a broken service', refusal('InternalServerError', 500)],
    ['an answer of something in between', (response: ServerResponse) => response.writeHead(502).end('<html>')],
    ['a throttled request', refusal('ThrottlingException')],
    ['a throttled request, with an address behind the name', refusal('ThrottlingException:http://internal.test/#x')],
    ['a throttled table', refusal('ProvisionedThroughputExceededException')],
  ] as const)('is tried again after %s, once', async (_, first) => {
    expect(await call([first, json(200, { good: true })])).toEqual({ good: true });
    expect(requests).toHaveLength(2);
    await expect(call([first, first, json(200, { good: true })])).rejects.toThrow();
    expect(requests).toHaveLength(2);
  });

  it.each(['', '<html>', '{"Items":[', 'null', '[]', '1'])(
    'is never answered by %j, which says nothing of what there is',
    async (body) => {
      const garbled: Answer = (response) => response.writeHead(200).end(body);
      await expect(call([garbled, garbled])).rejects.toThrow('the answer is no JSON object');
      expect(await call([garbled, json(200, { good: true })])).toEqual({ good: true });
    },
  );

  it.each(['ConditionalCheckFailedException', 'TransactionCanceledException', 'ValidationException'])(
    'is not tried again after %s',
    async (name) => {
      await expect(call([refusal(name)])).rejects.toMatchObject({
        name,
        message: 'no',
        $metadata: { httpStatusCode: 400 },
      });
      expect(requests).toHaveLength(1);
    },
  );

  it('ends at the time-out of its attempts, with an error of that name', async () => {
    const began = performance.now();
    await expect(call([silence, silence])).rejects.toMatchObject({ name: 'TimeoutError' });
    expect(performance.now() - began).toBeGreaterThanOrEqual(390);
  });

  it('ends at the time-out in the middle of an answer', async () => {
    const half: Answer = (response) => response.writeHead(200).write('{"half":');
    await expect(call([half], { maxAttempts: 1 })).rejects.toMatchObject({ name: 'TimeoutError' });
  });

  it('ends when it is aborted, and is not tried again', async () => {
    const requestHandler = { connectionTimeout: 1000, requestTimeout: 60_000 };
    const call1 = call([silence], { requestHandler }, AbortSignal.timeout(50));
    await expect(call1).rejects.toMatchObject({ name: expect.stringMatching(/^(Abort|Timeout)Error$/) });
    expect(requests).toHaveLength(1);
  });

  it('keeps its connection for the next', async () => {
    const ok = json(200, {});
    answers = [ok, ok];
    const send = createServiceClient(service, { endpoint, region: 'us-east-1', credentials });
    await send('Get', {});
    await send('Get', {});
    expect(requests).toHaveLength(2);
    expect(requests[0]?.socket.remotePort).toBe(requests[1]?.socket.remotePort);
  });

  it('asks where a variable says, unless that is empty', async () => {
    const hostnames: string[] = [];
    const requestHandler = {
      async handle({ hostname }: { readonly hostname: string }) {
        hostnames.push(hostname);
        return { response: { statusCode: 200, body: Buffer.from('{}') } };
      },
    };
    const ask = (own: string, all: string) => {
      vi.stubEnv('NONE', own);
      vi.stubEnv('AWS_ENDPOINT_URL', all);
      return createServiceClient(service, { region: 'us-east-1', credentials, requestHandler })('Get', {});
    };
    await ask('http://own.test', 'http://all.test');
    await ask('', 'http://all.test');
    await ask('', '');
    vi.unstubAllEnvs();
    expect(hostnames).toEqual(['own.test', 'all.test', 'dynamodb.us-east-1.amazonaws.com']);
  });

  it('reads a secret', async () => {
    answers = [json(200, { SecretString: 'ring' })];
    const client = new SecretsManagerClient({ endpoint, region: 'us-east-1', credentials });
    expect(await client.send(new GetSecretValueCommand({ SecretId: 'id' }))).toEqual({ SecretString: 'ring' });
    expect(requests[0]?.headers).toMatchObject({
      'x-amz-target': 'secretsmanager.GetSecretValue',
      'content-type': 'application/x-amz-json-1.1',
    });
  });
});

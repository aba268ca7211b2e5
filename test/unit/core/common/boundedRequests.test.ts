import { once } from 'node:events';
import { createServer } from 'node:http';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { boundedRequests } from '../../../../lambdas/core/common/boundedRequests.ts';
import { fakeCredentials } from '../../../support/fakes/awsFake.ts';

/** Takes every request and answers none. */
const silent = createServer(() => {});
let endpoint: string;

beforeAll(async () => {
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
  const address = silent.address();
  endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterAll(() => {
  silent.closeAllConnections();
  silent.close();
});

it('a call that is not answered in time is tried again', async () => {
  let requests = 0;
  silent.on('request', () => {
    requests += 1;
  });
  const client = new DynamoDBClient({
    ...fakeCredentials,
    endpoint,
    maxAttempts: 2,
    requestHandler: boundedRequests(100),
  });
  const started = performance.now();
  await expect(client.send(new GetItemCommand({ TableName: 't', Key: { pk: { S: 'x' } } }))).rejects.toThrow(/100 ms/);
  expect(performance.now() - started).toBeLessThan(10_000);
  expect(requests).toBe(2);
});

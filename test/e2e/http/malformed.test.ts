import { expect, it } from 'vitest';
import { malformedRequests } from '../../support/fuzz/malformedRequests.ts';
import { rawRequest } from '../../support/stack/rawRequest.ts';
import { stack } from '../../support/stack/stack.ts';

const { api_url, ca_file: caFile } = stack();
const { host, port } = new URL(api_url);
const send = (request: string) => rawRequest({ port: Number(port), caFile }, request);

it.each(malformedRequests(host))('H01 $what is a 400 that ends the connection', async ({ request }) => {
  const answer = await send(request);
  expect(answer).toMatch(/^HTTP\/1\.1 400 /);
  expect(answer).toContain('"code":"invalid_request"');
  expect(answer).toMatch(/connection: close/i);
  expect(answer.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
});

it('H01 a well-formed request is answered', async () => {
  const answer = await send(`GET /health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  expect(answer).toMatch(/^HTTP\/1\.1 200 /);
  const absolute = await send(`GET https://${host}/health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
  expect(absolute).toMatch(/^HTTP\/1\.1 200 /);
});

it('H01 what follows a chunked body is a request of its own', async () => {
  const headers = [`Host: ${host}`, 'Content-Type: application/json', 'Transfer-Encoding: chunked'];
  const first = ['POST /auth/login HTTP/1.1', ...headers, '', '2', '{}', '0', '', ''].join('\r\n');
  const second = `GET /health HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`;
  const answer = await send(first + second);
  expect([...answer.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status)).toEqual(['400', '200']);
});

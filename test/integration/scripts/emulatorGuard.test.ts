import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request } from 'node:http';
import { connect } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DeleteFunctionCommand, GetFunctionCommand } from '@aws-sdk/client-lambda';
import { describe, expect, it } from 'vitest';
import { freePorts } from '../../../scripts/local/cloud/ports.ts';
import { zipFolder } from '../../../scripts/local/stack/zip.ts';
import { hasBrowser, launchBrowser } from '../../support/people/browser.ts';
import { awsClients } from '../../support/stack/awsClients.ts';
import { stack } from '../../support/stack/stack.ts';

const { host, port, hostname } = new URL(stack().endpoint_url);
const functionsPath = '/2015-03-31/functions';

type Headers = Readonly<Record<string, string>>;

/** The status of a request to the emulator's port. */
function ask(path: string, headers: Headers, body?: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const sent = request({ host: hostname, port, path, method, headers, agent: false }, (answer) => {
      answer.resume().on('end', () => resolve(answer.statusCode));
    });
    sent.on('error', reject).end(body);
  });
}

/** What creates a Lambda, which the emulator would then run as a process of this machine. */
function newFunction(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'guard-'));
  writeFileSync(join(folder, 'index.mjs'), 'export const handler = async () => 1;');
  const ZipFile = zipFolder(folder).toString('base64');
  rmSync(folder, { recursive: true });
  const Role = `arn:aws:iam::${stack().account_id}:role/any`;
  return JSON.stringify({
    FunctionName: name,
    Runtime: 'nodejs24.x',
    Handler: 'index.handler',
    Role,
    Code: { ZipFile },
  });
}

const exists = (name: string): Promise<boolean> =>
  awsClients()
    .lambda.send(new GetFunctionCommand({ FunctionName: name }))
    .then(
      () => true,
      () => false,
    );

const ofPages: readonly (readonly [string, Headers])[] = [
  ['with an Origin', { origin: 'https://page.test' }],
  ['of a page without an origin of its own', { origin: 'null' }],
  ['of a page on another port of this machine', { origin: 'http://localhost:3000' }],
  ['with a name that points at 127.0.0.1', { host: `rebound.page.test:${port}` }],
  ['with a name that ends as ours', { host: `localhost.page.test:${port}` }],
  ['with a name that begins as ours', { host: `page.test.localhost.:${port}` }],
  ['for another port', { host: 'localhost:80' }],
  ['of another site', { 'sec-fetch-site': 'cross-site' }],
  ['of the same site', { 'sec-fetch-site': 'same-site' }],
  ['of what the emulator itself has served', { 'sec-fetch-site': 'same-origin' }],
  ['with a Referer', { referer: 'https://page.test/' }],
  ['of a browser that says nothing of its page', { 'user-agent': 'Mozilla/5.0 Version/15.0 Safari/605.1.15' }],
  ['that claims to be the front', { 'x-gatehouse-front': 'x'.repeat(43), origin: 'https://page.test' }],
];

describe('a request to the port of the emulator', () => {
  it('of a program creates a Lambda', async () => {
    expect(await ask(functionsPath, {}, newFunction('guard-program'))).toBe(201);
    await awsClients().lambda.send(new DeleteFunctionCommand({ FunctionName: 'guard-program' }));
  });

  it.each(ofPages)('%s is refused', async (_, headers) => {
    expect(await ask('/_localstack/health', headers)).toBe(403);
  });

  it.each(ofPages)('%s creates no Lambda', async (_, headers) => {
    expect(await ask(functionsPath, { 'content-type': 'text/plain', ...headers }, newFunction('guard-page'))).toBe(403);
    expect(await exists('guard-page')).toBe(false);
  });

  it('over HTTP/2 is looked at as well', async () => {
    const session = connect(stack().endpoint_url);
    const status = async (headers: Headers) => {
      const stream = session.request({ ':path': '/_localstack/health', ...headers });
      const [answer] = await once(stream.resume(), 'response');
      return answer[':status'];
    };
    try {
      const foreign = await status({ ':authority': `rebound.page.test:${port}` });
      expect([await status({}), foreign, await status({ origin: 'https://page.test' })]).toEqual([200, 403, 403]);
    } finally {
      session.close();
    }
  });

  it.each(['localhost', '127.0.0.1', 'bucket.s3.localhost'])('for %s is answered', async (name) => {
    expect(await ask('/_localstack/health', { host: `${name}:${port}` })).toBe(200);
  });

  it('of an address that a person has typed is answered', async () => {
    const headers = { 'user-agent': 'Mozilla/5.0', 'sec-fetch-site': 'none', 'sec-fetch-mode': 'navigate' };
    expect(await ask('/_localstack/health', headers)).toBe(200);
  });
});

describe.skipIf(!hasBrowser())('a page in a browser', () => {
  it('creates no Lambda through the port of the emulator', async () => {
    const site = createServer((_, answer) => answer.setHeader('content-type', 'text/html').end('<p>a page</p>'));
    const [sitePort = 0] = await freePorts(1);
    await once(site.listen(sitePort, '127.0.0.1'), 'listening');
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(`http://localhost:${sitePort}`);
      const attack = ([at, body]: readonly [string, string]) =>
        fetch(at, { method: 'POST', mode: 'no-cors', body }).then(() => {});
      for (const name of ['localhost', '127.0.0.1']) {
        await page.evaluate(attack, [
          `http://${host.replace(hostname, name)}${functionsPath}`,
          newFunction('guard-browser'),
        ] as const);
      }
      expect(await exists('guard-browser')).toBe(false);
    } finally {
      await browser.close();
      site.close();
    }
  });
});

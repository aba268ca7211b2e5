import { type ChildProcess, execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { environmentOf } from '../../bench/coldStarts/environment.ts';
import { lambdaNames } from '../../lambdas/contract/lambdas.ts';
import { lambdas } from '../../lambdas/manifest/lambdas.ts';
import { budgetsKb, overBudget } from '../../lib/bundle/budgets.ts';
import { bundleCode } from '../../lib/bundle/bundle.ts';
import { isWaitedFor } from '../../lib/bundle/lighterPackages.ts';

const into = mkdtempSync(join(tmpdir(), 'gatehouse-light-'));
afterAll(() => rmSync(into, { recursive: true, force: true }));
beforeAll(() => bundleCode({ stage: 'prod', lambdaNames, into }));

const file = (name: string) => join(into, name, 'index.mjs');
const sources = (name: string) => readFileSync(join(into, `${name}.mjs.map`), 'utf8');

describe('the code of a Lambda', () => {
  it.each(lambdaNames)('of %s has no part of the SDK that it does without', (name) => {
    const forbidden = isWaitedFor(lambdas[name])
      ? /@aws-sdk\/(?!util-dynamodb)|@smithy\//
      : /@aws-sdk\/(nested-clients|credential-provider)/;
    expect(forbidden.exec(sources(name))).toBeNull();
  });

  const waited = lambdaNames.filter((name) => isWaitedFor(lambdas[name]));
  it.each(waited)('of %s loads, with itself, nothing that takes long and may not be needed', (name) => {
    const code = readFileSync(file(name), 'utf8');
    const loaded = [...code.matchAll(/\bimport\s?(?:[\w$*{][^"';]*from\s?)?"([^"]+)"/g)].map(
      ([, module = '']) => module,
    );
    expect(loaded.filter((module) => !module.startsWith('node:'))).not.toContain('@node-rs/argon2');
    expect(loaded.filter((module) => /^(node:)?(util|http|https|tls|zlib)$/.test(module))).toEqual([]);
    expect(loaded.length).toBeGreaterThan(0);
  });

  it('that nobody waits for has the SDK', () => {
    expect(sources('mailer')).toContain('@aws-sdk/client-dynamodb');
    expect(sources('mailer')).not.toContain('stores/light/dynamodb');
  });

  it('asks its table by the light client, with what Lambda has set', async () => {
    const asked: { readonly headers: IncomingMessage['headers']; readonly body: unknown }[] = [];
    const server = createServer(async (request, response) => {
      asked.push({ headers: request.headers, body: await json(request) });
      response.end('{"Item":{}}');
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    const { port } = Object(server.address());
    const event = {
      httpMethod: 'GET',
      resource: '/.well-known/jwks.json',
      headers: {},
      multiValueHeaders: {},
      requestContext: { requestId: 'r', requestTimeEpoch: 0, identity: { sourceIp: '192.0.2.1' } },
    };
    const script = `
      const { handler } = await import(${JSON.stringify(pathToFileURL(file('wellKnown')).href)});
      const { statusCode } = await handler(${JSON.stringify(event)}, {});
      process.exit(statusCode === 503 ? 0 : 1);`;
    const code = await new Promise((ended) => {
      const child: ChildProcess = execFile(process.execPath, ['--input-type=module', '--eval', script], {
        env: { ...environmentOf('wellKnown'), AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` },
      });
      child.on('exit', ended);
    });
    server.close();
    // The item has no keys, which the Lambda refuses.
    expect(code).toBe(0);
    expect(asked).toHaveLength(1);
    expect(asked[0]?.body).toEqual({ TableName: 'PublishedKeys', Key: { name: { S: 'jwks' } }, ConsistentRead: true });
    expect(asked[0]?.headers).toMatchObject({
      'x-amz-target': 'DynamoDB_20120810.GetItem',
      'x-amz-security-token': 'bench',
      authorization: expect.stringContaining('/eu-west-1/dynamodb/aws4_request'),
    });
  });
});

describe('the budget of a Lambda', () => {
  const within = Object.fromEntries(lambdaNames.map((name) => [name, budgetsKb[name] * 1000]));

  it('is kept by code of its size', () => {
    expect(overBudget(within)).toEqual([]);
  });

  it('is broken by one byte more, and by a size that nobody knows', () => {
    const { refresh: _, ...others } = within;
    expect(overBudget({ ...others, authorizer: budgetsKb.authorizer * 1000 + 1 })).toEqual([
      expect.stringMatching(/^authorizer: 150\.0 KB, of 150 at most/),
      expect.stringMatching(/^refresh: /),
    ]);
  });

  it('is at most 150 KB for the authorizer, and 250 for a refresh', () => {
    expect(budgetsKb.authorizer).toBeLessThanOrEqual(150);
    expect(budgetsKb.refresh).toBeLessThanOrEqual(250);
  });
});

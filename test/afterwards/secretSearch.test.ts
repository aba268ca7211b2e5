import { randomUUID } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CreateLogGroupCommand, CreateLogStreamCommand, PutLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { GetSecretValueCommand, paginateListSecrets } from '@aws-sdk/client-secrets-manager';
import { PutCommand } from '@aws-sdk/lib-dynamodb';
import { beforeAll, expect, it } from 'vitest';
import { type TableDefinition, tables } from '../../lambdas/manifest/tables.ts';
import { type CorpusRecord, corpus, processLogs, type Source } from '../support/secretSearch/corpus.ts';
import { createSearch, type Form, needlesOf } from '../support/secretSearch/needles.ts';
import { notedSecrets } from '../support/secretSearch/secrets.ts';
import { awsClients } from '../support/stack/awsClients.ts';
import { stack } from '../support/stack/stack.ts';

/** What the suite before this one sent, received and stored; and a secret planted in every source, in every form. */
const planted = `planted ${randomUUID()}`;
const plantedText = [
  planted,
  encodeURIComponent(planted),
  Buffer.from(`x${planted}`).toString('base64'),
  Buffer.from(planted).toString('hex'),
].join(' ');

let records: CorpusRecord[];

beforeAll(async () => {
  await plant();
  records = await Array.fromAsync(corpus());
});

it('G02 no password, token, secret or key is in any log, stream record, table item or object', async () => {
  const secrets = [...notedSecrets(), ...stack().demo.users.map(({ password }) => password), ...(await keys())];
  expect(secrets.length).toBeGreaterThan(20);
  const search = createSearch(secrets.flatMap(needlesOf));
  const hits = records.flatMap(({ source, name, text }) =>
    search(text).map(({ secret, form }) => `${source} ${name}: ${secret.slice(0, 4)}… as ${form}`),
  );
  console.log(`${secrets.length} secrets, ${records.length} records: ${JSON.stringify(counts())}`);
  expect(hits.slice(0, 10)).toEqual([]);
});

it('G02 the search finds a secret that is planted in any source, in any form', () => {
  const search = createSearch(needlesOf(planted));
  const found = new Set(records.flatMap(({ source, text }) => search(text).map(({ form }) => `${source} ${form}`)));
  const sources: Source[] = ['logs', 'processes', 'tables', 'streams', 'objects'];
  const forms: Form[] = ['raw', 'url', 'base64', 'hex'];
  expect([...found].sort()).toEqual(sources.flatMap((source) => forms.map((form) => `${source} ${form}`)).sort());
  const others = records.filter(({ text }) => !text.includes(planted));
  for (const source of sources)
    expect(others.filter((record) => record.source === source).length, source).toBeGreaterThan(20);
});

it('G02 the search reads every table that the deployment has', () => {
  const found = records.filter(({ source, text }) => source === 'tables' && text.includes(planted));
  const { AuditOutbox, ...others } = stack().tables;
  expect(Object.keys(stack().tables).sort()).toEqual(Object.keys(tables).sort());
  expect(found.map(({ name }) => name).sort()).toEqual(Object.values(others).sort());
  expect(records.some(({ source, name }) => source === 'streams' && name === 'AuditOutbox')).toBe(true);
});

/** All but the audit outbox, out of which its writer takes whatever comes: it is seen in its stream. */
function plantable(): [string, TableDefinition][] {
  return Object.entries(tables).filter(([name]) => name !== 'AuditOutbox');
}

function counts(): Partial<Record<Source, number>> {
  const bySource = Map.groupBy(records, ({ source }) => source);
  return Object.fromEntries([...bySource].map(([source, found]) => [source, found.length]));
}

async function plant(): Promise<void> {
  const { documents, logs, s3 } = awsClients();
  const logGroupName = `/planted/${randomUUID()}`;
  await logs.send(new CreateLogGroupCommand({ logGroupName }));
  await logs.send(new CreateLogStreamCommand({ logGroupName, logStreamName: 'planted' }));
  // Behind more than one answer holds.
  const now = Date.now();
  const filling = Array.from({ length: 10_000 }, (_, index) => ({ timestamp: now - 10_000 + index, message: '-' }));
  for (const logEvents of [filling, [{ timestamp: now, message: plantedText }]]) {
    await logs.send(new PutLogEventsCommand({ logGroupName, logStreamName: 'planted', logEvents }));
  }
  appendFileSync(join(processLogs(), 'planted.log'), `${plantedText}\n`);
  // What reads a stream takes no item of another shape for one of its own: it says so, drops the record, and goes on.
  for (const [name, { partitionKey, sortKey, stream }] of plantable()) {
    // Of what a stream of keys carries only the key can give something away.
    const key = stream === 'KEYS_ONLY' ? plantedText : randomUUID();
    const Item = { [partitionKey]: key, ...(sortKey && { [sortKey]: randomUUID() }), planted: plantedText };
    await documents.send(new PutCommand({ TableName: stack().tables[name], Item }));
  }
  await s3.send(
    new PutObjectCommand({ Bucket: stack().audit_bucket, Key: `planted/${randomUUID()}`, Body: plantedText }),
  );
  // Those who read streams have then logged what they made of the records.
  await sleep(3000);
}

/**
 * Everything in Secrets Manager that is worth stealing: each text of 20 characters or more that is neither public nor a
 * name.
 */
async function keys(): Promise<string[]> {
  const { secrets: client } = awsClients();
  const found: string[] = [];
  for await (const page of paginateListSecrets({ client }, {})) {
    for (const { ARN } of page.SecretList ?? []) {
      const { SecretString = '' } = await client.send(new GetSecretValueCommand({ SecretId: ARN }));
      const values = privateTexts(JSON.parse(SecretString));
      expect(values.length, ARN).toBeGreaterThan(0);
      found.push(...values);
    }
  }
  return found;
}

/** Of a JWK the public half (RFC 7517 §4, RFC 7518 §6); of a ring the names of keys and versions. */
const publicNames = new Set([
  'kid',
  'kty',
  'alg',
  'use',
  'crv',
  'n',
  'e',
  'x',
  'y',
  'current',
  'derived_from',
  'replaced',
]);

function privateTexts(value: unknown, name = ''): string[] {
  if (typeof value === 'string') return value.length >= 20 && !publicNames.has(name) ? [value] : [];
  if (typeof value !== 'object' || value === null) return [];
  const list = Array.isArray(value);
  return Object.entries(value).flatMap(([key, member]) => privateTexts(member, list ? name : key));
}

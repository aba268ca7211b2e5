import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { DescribeTableCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { writeProof } from '../support/proof/proof.ts';
import { awsClients } from '../support/stack/awsClients.ts';
import { gatehouse } from '../support/stack/cli.ts';
import { stack } from '../support/stack/stack.ts';

const count = 100_000;
const badCount = 100;
const run = randomUUID().slice(0, 8);
const folder = mkdtempSync(join(tmpdir(), 'gatehouse-proof-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const figures: Record<string, unknown> = { accounts: count, bad_records: badCount };

const base64 = (bytes: number) => randomBytes(bytes).toString('base64').replace(/=+$/, '');
const bcryptText = () => randomBytes(53).toString('base64url').slice(0, 53).replaceAll('-', '.').replaceAll('_', '/');

/** A hash of each form that is kept as it is: what is compared is that nothing of it changes. */
const hashes: readonly (() => string | undefined)[] = [
  () => `$argon2id$v=19$m=19456,t=2,p=1$${base64(16)}$${base64(32)}`,
  () => `$argon2i$v=19$m=4096,t=3,p=1$${base64(16)}$${base64(32)}`,
  () => `$2b$12$${bcryptText()}`,
  () => `$2y$10$${bcryptText()}`,
  () => `$scrypt$ln=15,r=8,p=1$${base64(16)}$${base64(32)}`,
  () => `$pbkdf2-sha512$i=210000$${base64(16)}$${base64(64)}`,
  () => `$firebase-scrypt$ln=14,r=8,p=1$${base64(11)}$${base64(64)}`,
  () => `$argon2id-sha1$after=${base64(4)}$argon2id$v=19$m=19456,t=2,p=1$${base64(16)}$${base64(32)}`,
  () => undefined,
];

function recordOf(index: number) {
  const password_hash = hashes[index % hashes.length]?.();
  return {
    sub: randomUUID(),
    email: `person-${index}-${run}@example.com`,
    email_verified: index % 7 !== 0,
    ...(password_hash !== undefined && { password_hash }),
    status: index % 50 === 0 ? 'disabled' : 'active',
    roles: index % 100 === 0 ? ['admin', 'member'] : ['member'],
    tenant_id: `tenant-${index % 10}`,
    created_at: new Date(1_500_000_000_000 + index * 1000).toISOString(),
  };
}

const bad = [
  '{"email": ',
  { email: 'no address' },
  { email: `bad-hash-${run}@example.com`, password_hash: 'hunter2' },
  { email: `costly-${run}@example.com`, password_hash: `$2b$31$${bcryptText()}` },
  { email: `bad-role-${run}@example.com`, roles: ['root'] },
];

const fingerprint = (record: object) => createHash('sha256').update(JSON.stringify(record)).digest('base64');

async function recordsOf(file: string): Promise<unknown[]> {
  const records: unknown[] = [];
  for await (const line of createInterface({ input: createReadStream(file) })) records.push(JSON.parse(line));
  return records;
}

async function timed<T>(action: () => Promise<T>): Promise<{ seconds: number; result: T }> {
  const begun = performance.now();
  const result = await action();
  return { seconds: Number(((performance.now() - begun) / 1000).toFixed(1)), result };
}

const exportSchema = z.object({ accounts: z.int() });
const logSchema = z.object({ ok: z.boolean(), objects: z.int(), events: z.int() });

describe(`${count} accounts`, () => {
  const file = join(folder, 'users.jsonl');
  /** Fingerprints by sub. */
  const wanted = new Map<string, string>();

  it('are imported with their events, but for the bad records', async () => {
    const lines: string[] = [];
    const badEvery = count / badCount;
    for (let index = 0; index < count; index++) {
      const record = recordOf(index);
      wanted.set(record.sub, fingerprint(record));
      lines.push(JSON.stringify(record));
      const fault = bad[(index / badEvery) % bad.length];
      if (index % badEvery === 0 && fault) lines.push(typeof fault === 'string' ? fault : JSON.stringify(fault));
    }
    writeFileSync(file, `${lines.join('\n')}\n`);
    const { seconds, result } = await timed(() => gatehouse(['users', 'import', file, '--json']));
    figures['import'] = { seconds, accounts_per_second: Math.round(count / seconds), ...JSON.parse(result.stdout) };
    expect(JSON.parse(result.stdout)).toMatchObject({ imported: count, existing: 0, rejected: badCount });
    expect(result.code).toBe(1);
    const rejected = await recordsOf(`${file}.rejected.jsonl`);
    const rejectedLines = new Set(rejected.map((one) => z.object({ line: z.int() }).parse(one).line));
    expect(rejectedLines).toEqual(new Set(Array.from({ length: badCount }, (_, i) => i * (badEvery + 1) + 2)));
  });

  it('come out of an export as they went in', async () => {
    const out = join(folder, 'export.jsonl');
    const { seconds, result } = await timed(() => gatehouse(['users', 'export', out, '--json']));
    const summary = exportSchema.parse(JSON.parse(result.stdout));
    figures['export'] = { seconds, ...summary };
    const found = new Map<string, string>();
    for (const record of await recordsOf(out)) {
      const { sub } = z.looseObject({ sub: z.string() }).parse(record);
      if (wanted.has(sub)) found.set(sub, fingerprint(Object(record)));
    }
    const different = [...wanted].filter(([sub, print]) => found.get(sub) !== print);
    figures['compared'] = { equal: wanted.size - different.length, different: different.length };
    expect(found.size).toBe(count);
    expect(different).toEqual([]);
  });

  it('are imported once, however often', async () => {
    rmSync(`${file}.import.json`);
    const { seconds, result } = await timed(() => gatehouse(['users', 'import', file, '--json']));
    figures['again'] = { seconds, ...JSON.parse(result.stdout) };
    expect(JSON.parse(result.stdout)).toMatchObject({ imported: 0, existing: count, rejected: badCount });
  });

  it('are in the audit log, which holds together', async () => {
    const { dynamoDb } = awsClients();
    const waiting = async () => {
      const { Table } = await dynamoDb.send(new DescribeTableCommand({ TableName: stack().tables['AuditOutbox'] }));
      return Table?.ItemCount ?? 0;
    };
    const { seconds } = await timed(async () => {
      // What is held for a while is never more than a few.
      while ((await waiting()) > 200) await sleep(2000);
    });
    const { code, stdout } = await gatehouse(['audit', 'verify', '--json']);
    const { ok, objects, events } = logSchema.parse(JSON.parse(stdout));
    figures['audit_log'] = { seconds_until_shipped: seconds, ok, objects, events };
    expect([code, ok]).toEqual([0, true]);
    expect(events).toBeGreaterThanOrEqual(count);
    writeProof('import', figures);
  });
});

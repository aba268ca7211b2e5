import { randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  CreateBucketCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
} from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, it } from 'vitest';
import { batchKey, batchName } from '../../../lambdas/core/audit/auditChain.ts';
import { createAuditShipper } from '../../../lambdas/flows/audit/shipAuditBatch.ts';
import { verifyAuditLog } from '../../../lambdas/flows/audit/verifyAuditLog.ts';
import { createAuditBucketSource } from '../../../lambdas/stores/audit/auditBucketSource.ts';
import { createAuditFolderSource } from '../../../lambdas/stores/audit/auditFolderSource.ts';
import { createAuditLog } from '../../../lambdas/stores/audit/auditLog.ts';
import { createAuditOutbox } from '../../../lambdas/stores/audit/auditOutbox.ts';
import { createAuditOutboxReader } from '../../../lambdas/stores/audit/auditOutboxReader.ts';
import { createDatabase, type TestDatabase } from '../../support/database/dynamodb.ts';
import { awsClients } from '../../support/stack/awsClients.ts';
import { stack } from '../../support/stack/stack.ts';
import { chain, testEvent } from '../../support/worlds/auditWorld.ts';

const { s3 } = awsClients();

async function lockedBucket(): Promise<string> {
  const bucket = `audit-${randomUUID()}`;
  await s3.send(new CreateBucketCommand({ Bucket: bucket, ObjectLockEnabledForBucket: true }));
  await s3.send(
    new PutObjectLockConfigurationCommand({
      Bucket: bucket,
      ObjectLockConfiguration: {
        ObjectLockEnabled: 'Enabled',
        Rule: { DefaultRetention: { Mode: 'COMPLIANCE', Days: 1 } },
      },
    }),
  );
  return bucket;
}

const findingsIn = async (bucket: string) => {
  const report = await verifyAuditLog({ source: createAuditBucketSource({ client: s3, bucket }), chain });
  return report.findings.map(({ seq, reason }) => [seq, reason]);
};

describe('the audit log in a bucket', () => {
  let database: TestDatabase;

  beforeAll(async () => {
    database = await createDatabase(stack().endpoint_url);
  });

  /** A log of `count` events, shipped by two writers at once. */
  async function shippedLog(count: number) {
    const bucket = await lockedBucket();
    const table = database.tables.AuditOutbox;
    const record = createAuditOutbox({ client: database.client, table });
    const events = Array.from({ length: count }, () => testEvent());
    await Promise.all(events.map((event) => record.record(event)));
    const keys = events.map((event) => event.event_id);
    const writer = () =>
      createAuditShipper({
        chain,
        log: createAuditLog({ client: s3, bucket, chain }),
        outbox: createAuditOutboxReader({ client: database.client, table, clock: Date.now }),
        clock: Date.now,
        sleep: async () => {},
      });
    const [one, other] = [writer(), writer()];
    const third = Math.ceil(count / 3);
    const results = [
      ...(await Promise.all([one.ship(keys.slice(0, third)), other.ship(keys.slice(0, 2 * third))])),
      ...(await Promise.all([one.ship(keys.slice(third)), other.ship(keys.slice(2 * third))])),
    ];
    expect(results.map((result) => result.failure)).toEqual(results.map(() => undefined));
    return { bucket, keys, writer };
  }

  const put = (bucket: string, key: string, body: string | Uint8Array) =>
    s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body }));

  it('written by two writers at once has every event once', async () => {
    const { bucket, keys, writer } = await shippedLog(30);
    const source = createAuditBucketSource({ client: s3, bucket });
    const report = await verifyAuditLog({ source, chain });
    expect(report.findings).toEqual([]);
    expect(report.summary.events).toBe(keys.length);
    expect(report.checks.every(({ result }) => result === 'ok')).toBe(true);
    const again = await writer().ship(keys);
    expect(again).toMatchObject({ unshipped: [], counts: { shipped: 0, objects: 0 } });
  });

  it('of all puts for one sequence number one is stored', async () => {
    const bucket = await lockedBucket();
    const log = createAuditLog({ client: s3, bucket, chain });
    const outcomes = await Promise.all(Array.from({ length: 8 }, (_, index) => log.append(1, Buffer.from([index]))));
    expect(outcomes.filter((outcome) => outcome === 'stored')).toHaveLength(1);
    expect(outcomes.filter((outcome) => outcome === 'taken')).toHaveLength(7);
    expect([await log.latest(0), await log.latest(1)]).toEqual([1, 1]);
  });

  it('does not let the version of an object be deleted', async () => {
    const { bucket } = await shippedLog(3);
    const Key = batchKey(chain, 1);
    const { VersionId } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
    const deletion = s3.send(new DeleteObjectCommand({ Bucket: bucket, Key, VersionId }));
    await expect(deletion).rejects.toMatchObject({ name: 'AccessDenied' });
    expect(await findingsIn(bucket)).toEqual([]);
  });

  it('gives away what Object Lock lets happen', async () => {
    const { bucket } = await shippedLog(9);
    await put(bucket, batchKey(chain, 1), 'forged');
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: batchKey(chain, 2) }));
    await put(bucket, `log/${chain}/a + b/é`, 'x');
    expect(await findingsIn(bucket)).toEqual([
      [1, 'second_version'],
      [2, 'delete_marker'],
      [undefined, 'foreign_object'],
    ]);
  });

  it('gives away a bucket that does not lock', async () => {
    const { bucket } = await shippedLog(3);
    const plain = `plain-${randomUUID()}`;
    await s3.send(new CreateBucketCommand({ Bucket: plain }));
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: batchKey(chain, 1) }));
    await put(plain, batchKey(chain, 1), (await Body?.transformToByteArray()) ?? '');
    expect(await findingsIn(plain)).toEqual([
      [undefined, 'bucket_not_locked'],
      [1, 'not_locked'],
    ]);
  });

  it('copied into files is as good as the original, until a byte changes', async () => {
    const { bucket } = await shippedLog(12);
    const log = createAuditLog({ client: s3, bucket, chain });
    const folder = await mkdtemp(join(tmpdir(), 'gatehouse-audit-'));
    try {
      const last = await log.latest(0);
      for (let seq = 1; seq <= last; seq++) await writeFile(join(folder, batchName(seq)), await log.read(seq));
      const source = createAuditFolderSource(folder);
      expect((await verifyAuditLog({ source, chain })).ok).toBe(true);
      const damaged = await readFile(join(folder, batchName(1)));
      damaged[damaged.length - 20] = (damaged[damaged.length - 20] ?? 0) ^ 1;
      await writeFile(join(folder, batchName(1)), damaged);
      const { findings } = await verifyAuditLog({ source, chain });
      expect(findings.map(({ seq, reason }) => [seq, reason])).toEqual([
        [1, 'unreadable'],
        [2, 'broken_link'],
      ]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

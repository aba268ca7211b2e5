import { randomUUID } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  PutObjectLockConfigurationCommand,
  paginateListObjectsV2,
  type S3Client,
} from '@aws-sdk/client-s3';

/** Copies the log into a new bucket with the same lock. */
export async function copyToLockedBucket(s3: S3Client, from: string): Promise<{ bucket: string; lastKey: string }> {
  const bucket = `gatehouse-demo-copy-${randomUUID().slice(0, 8)}`;
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
  const keys = await forEachObject(s3, from, async (key, body) => {
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: body, IfNoneMatch: '*' }));
  });
  return { bucket, lastKey: keys.at(-1) ?? '' };
}

/** Copies the log into a folder. Returns what damages the copy: one byte in the middle of its first batch. */
export async function copyToFolder(s3: S3Client, from: string, folder: string): Promise<() => Promise<void>> {
  const [first = ''] = await forEachObject(s3, from, async (key, body) => {
    const file = join(folder, key);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, body);
  });
  return async () => {
    const file = join(folder, first);
    const bytes = await readFile(file);
    const middle = bytes.length >> 1;
    bytes[middle] = (bytes[middle] ?? 0) ^ 1;
    await writeFile(file, bytes);
  };
}

/** Returns the keys, in order. */
async function forEachObject(
  s3: S3Client,
  bucket: string,
  use: (key: string, body: Uint8Array) => Promise<void>,
): Promise<string[]> {
  const keys: string[] = [];
  for await (const page of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: 'log/' })) {
    for (const { Key: key = '' } of page.Contents ?? []) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      await use(key, (await Body?.transformToByteArray()) ?? new Uint8Array());
      keys.push(key);
    }
  }
  return keys;
}

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  DeleteObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { type AuditEvent, auditEventSchema } from '../../lambdas/contract/auditEvents.ts';
import { clientConfig } from '../local/cloud/clients.ts';
import { gatehouse } from './cli.ts';
import { copyToFolder, copyToLockedBucket } from './copies.ts';
import { eventsBeginAtMs, missingEvents, type Traces } from './events.ts';
import { type Journey, JourneyError } from './steps.ts';
import { inSeconds, waitFor } from './wait.ts';

/** Waits until every event of the journey has reached the log, and verifies it. */
export async function verifyAuditLog({ done }: Journey, traces: Traces, startedAtMs: number): Promise<void> {
  const since = new Date(eventsBeginAtMs(startedAtMs)).toISOString();
  let missing: readonly string[] = [];
  const { afterMs } = await waitFor(
    'Every event of the journey is in the log',
    30,
    async () => {
      missing = missingEvents(await eventsSince(since), traces);
      return missing.length === 0 ? true : undefined;
    },
    () => `these are missing: ${missing.join(', ')}`,
  );
  const { code, output } = await gatehouse('audit', 'verify', '--json');
  if (code !== 0) throw new JourneyError('gatehouse audit verify finds nothing', output.trim());
  const { events, objects } = JSON.parse(output);
  done('Verify the audit log', `${events} events in ${objects} locked batches, ${inSeconds(afterMs)} behind`);
}

async function eventsSince(since: string): Promise<readonly AuditEvent[]> {
  const { code, output } = await gatehouse('audit', 'tail', '--since', since, '--json');
  if (code !== 0) throw new JourneyError('gatehouse audit tail shows the log', output.trim());
  const lines = output.split('\n').filter((line) => line !== '');
  return lines.map((line) => auditEventSchema().parse(JSON.parse(line)));
}

/**
 * Tries what an administrator with every right might try, on the log and on copies of it. The log itself stays whole.
 */
export async function tamper({ stack, done }: Journey): Promise<void> {
  const s3 = new S3Client({
    ...clientConfig({ endpointUrl: stack.endpoint_url, region: stack.region }),
    forcePathStyle: true,
  });
  await deleteVersion(s3, stack.audit_bucket);
  done('Delete the version of an audit object', 'AccessDenied: it is locked');

  const copy = await copyToLockedBucket(s3, stack.audit_bucket);
  await expectVerified(['--bucket', copy.bucket], 'An untouched copy');
  await s3.send(new PutObjectCommand({ Bucket: copy.bucket, Key: copy.lastKey, Body: 'nothing happened here' }));
  done('Overwrite an object in a locked copy', `caught: ${await expectCaught(['--bucket', copy.bucket])}`);

  const folder = await mkdtemp(join(tmpdir(), 'gatehouse-audit-'));
  try {
    const damage = await copyToFolder(s3, stack.audit_bucket, folder);
    await expectVerified(['--dir', folder], 'An untouched copy in files');
    await damage();
    done('Change one byte of a copy in files', `caught: ${await expectCaught(['--dir', folder])}`);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function deleteVersion(s3: S3Client, bucket: string): Promise<void> {
  const { Versions = [] } = await s3.send(new ListObjectVersionsCommand({ Bucket: bucket, MaxKeys: 1 }));
  const [version] = Versions;
  const target = { Bucket: bucket, Key: version?.Key, VersionId: version?.VersionId };
  const refused = await s3.send(new DeleteObjectCommand(target)).then(
    () => undefined,
    (error: unknown) => error,
  );
  if (!(refused instanceof Error && /AccessDenied/.test(refused.name))) {
    throw new JourneyError('Deleting a locked version is refused', `it was answered with ${refused ?? 'success'}`);
  }
  const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: version?.Key ?? '' }));
  if (Contents.length === 0) throw new JourneyError('The object is still there', 'it is gone');
}

async function expectVerified(where: readonly string[], what: string): Promise<void> {
  const { code, output } = await gatehouse('audit', 'verify', ...where, '--json');
  if (code !== 0) throw new JourneyError(`${what} verifies`, output.trim());
}

/** Returns the first finding. */
async function expectCaught(where: readonly string[]): Promise<string> {
  const { code, output } = await gatehouse('audit', 'verify', ...where, '--json');
  if (code !== 1) throw new JourneyError('gatehouse audit verify finds the damage', `it ended with ${code}: ${output}`);
  const [finding] = JSON.parse(output).findings;
  return `batch ${finding.seq}: ${finding.reason}`;
}

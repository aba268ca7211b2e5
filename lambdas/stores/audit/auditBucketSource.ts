import {
  GetObjectCommand,
  GetObjectLockConfigurationCommand,
  GetObjectRetentionCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { chainPrefix } from '../../core/audit/auditChain.ts';
import type { LockFacts, LogKey, LogVersion } from '../../core/audit/auditVerification.ts';
import type { AuditLogSource } from '../../core/audit/ports.ts';

const noLock: LockFacts = { mode: undefined, retainUntilMs: undefined };

/** The log in its bucket: every version and delete marker, with its lock. Reads only. */
export function createAuditBucketSource({ client, bucket }: { client: S3Client; bucket: string }): AuditLogSource {
  return {
    name: `s3://${bucket}`,

    /** The bucket's default retention; mode undefined where it has none. */
    async bucketLock() {
      const answer = await client
        .send(new GetObjectLockConfigurationCommand({ Bucket: bucket }))
        .catch(unless('ObjectLockConfigurationNotFoundError'));
      const retention = answer?.ObjectLockConfiguration?.Rule?.DefaultRetention;
      return { mode: retention?.Mode, days: retention?.Days ?? (retention?.Years && retention.Years * 365) };
    },

    /** In the order of keys. A key's versions may lie on two pages, so a key is given when the next one begins. */
    async *keys(chain) {
      let current: { key: string; versions: LogVersion[] } | undefined;
      for await (const [key, version] of listVersions(client, bucket, chainPrefix(chain))) {
        if (current && current.key !== key) yield oldestFirst(current);
        if (current?.key !== key) current = { key, versions: [] };
        current.versions.push(version);
      }
      if (current) yield oldestFirst(current);
    },

    async read(key, { versionId }) {
      const object = { Bucket: bucket, Key: key, VersionId: versionId };
      const answer = await client.send(new GetObjectCommand(object));
      if (!answer.Body) throw new Error(`${key} has no body`);
      const bytes = await answer.Body.transformToByteArray();
      const lock = lockFacts(answer.ObjectLockMode, answer.ObjectLockRetainUntilDate);
      if (lock.mode !== undefined) return { bytes, lock };
      // S3 leaves the lock out when the caller may not see it, so we ask for it: that tells "none" from "not allowed".
      // (A bucket without Object Lock answers InvalidRequest.)
      const { Retention } =
        (await client
          .send(new GetObjectRetentionCommand(object))
          .catch(unless('NoSuchObjectLockConfiguration', 'InvalidRequest'))) ?? {};
      return { bytes, lock: Retention ? lockFacts(Retention.Mode, Retention.RetainUntilDate) : noLock };
    },
  };
}

/** Versions and delete markers of one page come in two lists, each by key and newest first. */
async function* listVersions(
  client: S3Client,
  bucket: string,
  prefix: string,
): AsyncGenerator<[string, LogVersion], void, undefined> {
  let next: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
  do {
    const page: ListObjectVersionsCommandOutput = await client.send(
      new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, EncodingType: 'url', ...next }),
    );
    const entries = [
      ...(page.Versions ?? []).map((version) => ({ ...version, deleteMarker: false })),
      ...(page.DeleteMarkers ?? []).map((marker) => ({ ...marker, deleteMarker: true })),
    ].map(({ Key, VersionId, LastModified, deleteMarker }): [string, LogVersion] => [
      decodeKey(Key ?? ''),
      { versionId: VersionId, deleteMarker, storedAtMs: LastModified?.getTime() },
    ]);
    yield* entries.toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    next = {
      KeyMarker: page.IsTruncated && page.NextKeyMarker ? decodeKey(page.NextKeyMarker) : undefined,
      VersionIdMarker: page.IsTruncated ? page.NextVersionIdMarker : undefined,
    };
  } while (next.KeyMarker !== undefined);
}

/** Keys may hold characters that XML cannot; S3 sends keys form-encoded. */
function decodeKey(key: string): string {
  return decodeURIComponent(key.replaceAll('+', ' '));
}

function oldestFirst({ key, versions }: { key: string; versions: readonly LogVersion[] }): LogKey {
  return { key, versions: versions.toReversed().toSorted((a, b) => (a.storedAtMs ?? 0) - (b.storedAtMs ?? 0)) };
}

function lockFacts(mode: string | undefined, until: Date | undefined): LockFacts {
  return { mode, retainUntilMs: until?.getTime() };
}

function unless(...names: readonly string[]): (error: unknown) => undefined {
  return (error) => {
    if (error instanceof S3ServiceException && names.includes(error.name)) return undefined;
    throw error;
  };
}

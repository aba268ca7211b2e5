import { createHash } from 'node:crypto';
import {
  GetObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { batchKey, chainPrefix, maxSequence, sequenceOf } from '../../core/audit/auditChain.ts';
import type { AuditLog } from '../../core/audit/ports.ts';
import { boundedRequests } from '../../core/common/boundedRequests.ts';

/** Path-style addresses, which work on AWS and on every local cloud. Host names made of bucket names do not. */
export function createS3Client(): S3Client {
  return new S3Client({
    forcePathStyle: true,
    maxAttempts: 3,
    requestHandler: boundedRequests(10_000),
  });
}

const pageSize = 1000;
/** More than one, so that a foreign object does not hide the batches behind it. */
const probeSize = 10;

export function createAuditLog(deps: { client: S3Client; bucket: string; chain: string }): AuditLog {
  const { client, bucket, chain } = deps;
  const prefix = chainPrefix(chain);

  const list = async (after: number, limit: number) => {
    const page = await client.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix,
        MaxKeys: limit,
        ...(after > 0 && { StartAfter: batchKey(chain, after) }),
      }),
    );
    const found = (page.Contents ?? []).flatMap(({ Key }) => sequenceOf(Key?.slice(prefix.length) ?? '') ?? []);
    return { last: found.at(-1), more: page.IsTruncated === true };
  };
  const anyBehind = async (seq: number) => (await list(seq, probeSize)).last !== undefined;

  /**
   * Finds the last number by doubling and halving instead of reading every page. Numbers have no gaps.
   */
  const searchBehind = async (start: number) => {
    let low = start;
    let step = pageSize;
    while (low + step < maxSequence && (await anyBehind(low + step))) {
      low += step;
      step *= 2;
    }
    for (let high = Math.min(low + step, maxSequence); high - low > pageSize; ) {
      const middle = Math.floor((low + high) / 2);
      if (await anyBehind(middle)) low = middle;
      else high = middle;
    }
    return (await list(low, pageSize)).last ?? low;
  };

  return {
    async append(seq, bytes) {
      try {
        await client.send(
          new PutObjectCommand({
            Bucket: bucket,
            Key: batchKey(chain, seq),
            Body: bytes,
            ContentType: 'application/gzip',
            IfNoneMatch: '*',
            ChecksumSHA256: createHash('sha256').update(bytes).digest('base64'),
          }),
        );
        return 'stored';
      } catch (error) {
        return appendOutcome(error);
      }
    },
    async latest(after) {
      const { last, more } = await list(after, pageSize);
      return more ? searchBehind(last ?? after) : (last ?? after);
    },
    async read(seq) {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: batchKey(chain, seq) }));
      if (!Body) throw new Error(`${batchKey(chain, seq)} has no body`);
      return Body.transformToByteArray();
    },
  };
}

/**
 * 412 means that the name is taken; 409 (a put of the same name is under way), 429, 5xx and time-outs, to try again.
 * Anything else is a fault.
 */
function appendOutcome(error: unknown): 'taken' | 'busy' {
  if (error instanceof S3ServiceException) {
    const status = error.$metadata.httpStatusCode ?? 500;
    if (status === 412) return 'taken';
    if (status === 409 || status === 429 || status >= 500) return 'busy';
  } else if (error instanceof Error && ['TimeoutError', 'ECONNRESET', 'AbortError'].includes(error.name)) {
    return 'busy';
  }
  throw error;
}

import { S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { batchName } from '../../../../lambdas/core/audit/auditChain.ts';
import { createAuditLog } from '../../../../lambdas/stores/audit/auditLog.ts';
import { fakeCredentials } from '../../../support/fakes/awsFake.ts';

interface Request {
  readonly method: string;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
}

/** The log in an S3 that gives `answer` to every request. */
function logIn(answer: (request: Request) => { status: number; body: string }) {
  const handle = async (request: Request) => {
    const { status, body } = answer(request);
    const headers = { 'content-type': 'application/xml' };
    return { response: { statusCode: status, headers, body: new TextEncoder().encode(body) } };
  };
  const client = new S3Client({ ...fakeCredentials, forcePathStyle: true, requestHandler: { handle } });
  return createAuditLog({ client, bucket: 'bucket', chain: 'main' });
}

/** A listing of batches 1 to `count` with other names among them, of which there are as many as S3 would give. */
function listing(count: number, foreign: readonly string[] = []) {
  let calls = 0;
  const log = logIn(({ query = {} }) => {
    calls += 1;
    const after = String(query['start-after'] ?? '');
    const limit = Number(query['max-keys']);
    const first = Number(/(\d{12})/.exec(after)?.[1] ?? 0) + 1;
    const own = Array.from(
      { length: Math.max(0, Math.min(limit + 1, count - first + 1)) },
      (_, index) => first + index,
    );
    const names = [...own.map(batchName), ...foreign]
      .map((name) => `log/main/${name}`)
      .filter((key) => key > after)
      .toSorted();
    const contents = names.slice(0, limit).map((key) => `<Contents><Key>${key}</Key></Contents>`);
    const truncated = `<IsTruncated>${names.length > limit}</IsTruncated>`;
    return { status: 200, body: `<ListBucketResult>${truncated}${contents.join('')}</ListBucketResult>` };
  });
  return { log, calls: () => calls };
}

describe('the end of the chain', () => {
  it.each([0, 1, 999, 1000, 1001, 2500, 123_456, 9_999_999])('of %i batches is found', async (count) => {
    const { log, calls } = listing(count);
    expect(await log.latest(0)).toBe(count);
    expect(calls()).toBeLessThan(40);
  });

  it('is found in one call from a head that is nearly there', async () => {
    const { log, calls } = listing(123_456);
    expect(await log.latest(123_400)).toBe(123_456);
    expect(await log.latest(123_456)).toBe(123_456);
    expect(calls()).toBe(2);
  });

  it('is not hidden by foreign objects', async () => {
    const { log } = listing(5000, ['000000001000.jsonl.gz.bak', '000000003000.jsonl.gz.bak', 'notes.txt']);
    expect(await log.latest(0)).toBe(5000);
  });
});

describe('appending', () => {
  it('is conditional', async () => {
    let seen: Request | undefined;
    const log = logIn((request) => {
      seen = request;
      return { status: 200, body: '' };
    });
    expect(await log.append(1, Buffer.from('x'))).toBe('stored');
    expect(seen?.headers).toMatchObject({
      'if-none-match': '*',
      'x-amz-checksum-sha256': 'LXEWQrcmsEQBYnyp+6wy9chTD7GQPMTbAiWHF5IaSIE=',
    });
  });

  it.each([
    [412, 'PreconditionFailed', 'taken'],
    [409, 'ConditionalRequestConflict', 'busy'],
    [503, 'SlowDown', 'busy'],
    [500, 'InternalError', 'busy'],
  ])('F12 tells a %i as what it is', async (status, code, outcome) => {
    const log = logIn(() => ({ status, body: `<Error><Code>${code}</Code></Error>` }));
    expect(await log.append(1, Buffer.from('x'))).toBe(outcome);
  });

  it('that is not allowed is an error', async () => {
    const log = logIn(() => ({ status: 403, body: '<Error><Code>AccessDenied</Code></Error>' }));
    await expect(log.append(1, Buffer.from('x'))).rejects.toMatchObject({ name: 'AccessDenied' });
  });
});

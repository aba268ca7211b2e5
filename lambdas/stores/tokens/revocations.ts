import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import type { Clock } from '../../core/common/clock.ts';
import { createFreshValue } from '../../core/common/freshValue.ts';
import type { Revocations } from '../../core/tokens/ports.ts';
import { deltaRange, fullRange, type RevocationRange } from '../../core/tokens/revocationBuckets.ts';
import { createRevocationList, type RevocationList } from '../../core/tokens/revocationList.ts';
import { type RevocationLifetime, revocationFromItem, revocationLifetimeSeconds } from '../items/revocationItems.ts';

const pollFailureRetryMs = 1000;
/** A load gives up soon, because all requests of the moment wait for it. */
const loadTimeoutMs = 3000;
/** A copy older than this is not served: the bound on a revocation when reads fail. */
const revocationMaxAgeSeconds = 30;

export function createRevocations(
  deps: RevocationLifetime & {
    readonly client: DynamoDBDocumentClient;
    readonly table: string;
    readonly clock: Clock;
    readonly pollSeconds: number;
    /** Told how many entries of a load this release does not know. It goes on with the others. */
    readonly onUnknown: (count: number) => void;
    /** From 0 to 1. It spreads the loads of containers that one storm of cold starts has started together. */
    readonly random?: () => number;
  },
): Revocations {
  const { clock, onUnknown, random = Math.random } = deps;
  let lastLoadMs = 0;
  let fullLoadDueMs = 0;

  const addRange = async (list: RevocationList, range: RevocationRange): Promise<RevocationList> => {
    const loaded = await Promise.all(range.buckets.map((bucket) => readBucket(deps, bucket, range.from)));
    const entries = loaded.flat().map(revocationFromItem);
    const known = entries.filter((entry) => entry !== undefined);
    for (const entry of known) list.add(entry);
    if (known.length < entries.length) onUnknown(entries.length - known.length);
    return list;
  };

  return createFreshValue<RevocationList>({
    clock,
    freshForMs: deps.pollSeconds * 1000,
    usableForMs: revocationMaxAgeSeconds * 1000,
    retryAfterMs: pollFailureRetryMs,
    load: async (previous) => {
      const nowMs = clock();
      const isFull = !previous || nowMs >= fullLoadDueMs || nowMs < lastLoadMs;
      const list = isFull
        ? await addRange(createRevocationList(), fullRange(nowMs, revocationLifetimeSeconds(deps)))
        : await addRange(previous, deltaRange(lastLoadMs, nowMs));
      if (isFull) fullLoadDueMs = nowMs + 60_000 * (0.75 + random() / 4);
      lastLoadMs = nowMs;
      return list;
    },
  });
}

async function readBucket(
  deps: { readonly client: DynamoDBDocumentClient; readonly table: string },
  bucket: string,
  from: string,
): Promise<unknown[]> {
  const abortSignal = AbortSignal.timeout(loadTimeoutMs);
  const entries: unknown[] = [];
  let startKey: Record<string, unknown> | undefined;
  do {
    const page = await deps.client.send(
      new QueryCommand({
        TableName: deps.table,
        ConsistentRead: true,
        KeyConditionExpression: '#bucket = :bucket AND #entry >= :from',
        ExpressionAttributeNames: { '#bucket': 'bucket', '#entry': 'entry' },
        ExpressionAttributeValues: { ':bucket': bucket, ':from': from },
        ...(startKey && { ExclusiveStartKey: startKey }),
      }),
      { abortSignal },
    );
    entries.push(...(page.Items ?? []));
    startKey = page.LastEvaluatedKey;
  } while (startKey);
  return entries;
}

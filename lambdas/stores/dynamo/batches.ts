import { setTimeout as delay } from 'node:timers/promises';
import {
  BatchGetCommand,
  type BatchGetCommandInput,
  type BatchGetCommandOutput,
  BatchWriteCommand,
  type BatchWriteCommandInput,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import { untilNoConflict } from './conflicts.ts';
import type { Item } from './reads.ts';

/** The most items that one `BatchGetItem` takes. */
const readSize = 100;
/** The most items that one `BatchWriteItem` takes. */
const writeSize = 25;
const attempts = 8;

interface Batch {
  readonly table: string;
  readonly keys: readonly Item[];
}

/**
 * The items with these keys, consistent, in no order. What DynamoDB leaves undone for lack of capacity is asked for
 * again.
 *
 * @throws what the SDK throws, and Error when items stay undone.
 */
export async function readAll(client: DynamoDBDocumentClient, { table, keys }: Batch): Promise<readonly Item[]> {
  const found: Item[] = [];
  for (const some of chunks(keys, readSize)) {
    let pending: BatchGetCommandInput['RequestItems'] = { [table]: { Keys: [...some], ConsistentRead: true } };
    for (let attempt = 1; pending?.[table]?.Keys?.length; attempt++) {
      await pause(attempt);
      const answer: BatchGetCommandOutput = await client.send(new BatchGetCommand({ RequestItems: pending }));
      found.push(...(answer.Responses?.[table] ?? []));
      pending = answer.UnprocessedKeys;
    }
  }
  return found;
}

/**
 * Deletes the items with these keys; one that is gone already is no error. Not atomic. What DynamoDB leaves undone for
 * lack of capacity is asked for again.
 *
 * @throws what the SDK throws, and Error when items stay undone.
 */
export async function deleteAll(client: DynamoDBDocumentClient, { table, keys }: Batch): Promise<void> {
  for (const some of chunks(keys, writeSize)) {
    let pending: BatchWriteCommandInput['RequestItems'] = {
      [table]: some.map((Key) => ({ DeleteRequest: { Key } })),
    };
    for (let attempt = 1; pending?.[table]?.length; attempt++) {
      await pause(attempt);
      const input: BatchWriteCommandInput = { RequestItems: pending };
      pending = (await untilNoConflict(() => client.send(new BatchWriteCommand(input)))).UnprocessedItems;
    }
  }
}

/** Waits before another attempt, with jitter; throws after the last one. */
async function pause(attempt: number): Promise<void> {
  if (attempt > attempts) throw new Error(`items were left unprocessed ${attempts} times`);
  if (attempt > 1) await delay(Math.random() * 25 * 2 ** attempt);
}

export function chunks<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}

import {
  BatchGetCommand,
  type BatchGetCommandInput,
  type BatchGetCommandOutput,
  BatchWriteCommand,
  type BatchWriteCommandInput,
  type DynamoDBDocumentClient,
} from '@aws-sdk/lib-dynamodb';
import { budgets, untilDone } from '../../core/common/untilDone.ts';
import { untilNoConflict } from './conflicts.ts';
import type { Item } from './reads.ts';

/** The most items that one `BatchGetItem` takes. */
const readSize = 100;
/** The most items that one `BatchWriteItem` takes. */
const writeSize = 25;

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
    await untilProcessed(async () => {
      const answer: BatchGetCommandOutput = await client.send(new BatchGetCommand({ RequestItems: pending }));
      found.push(...(answer.Responses?.[table] ?? []));
      pending = answer.UnprocessedKeys;
      return !pending?.[table]?.Keys?.length;
    });
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
    await untilProcessed(async () => {
      const input: BatchWriteCommandInput = { RequestItems: pending };
      pending = (await untilNoConflict((options) => client.send(new BatchWriteCommand(input), options)))
        .UnprocessedItems;
      return !pending?.[table]?.length;
    });
  }
}

async function untilProcessed(attempt: () => Promise<boolean>): Promise<void> {
  const done = await untilDone(budgets.batch, async () => (await attempt()) || undefined);
  if (!done) throw new Error('items were left unprocessed again and again');
}

export function chunks<T>(all: readonly T[], size: number): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(all.length / size) }, (_, index) =>
    all.slice(index * size, (index + 1) * size),
  );
}

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { beforeEach, expect, it, vi } from 'vitest';
import { z } from 'zod';
import { deleteAll, readAll } from '../../../../lambdas/stores/dynamo/batches.ts';
import { fakeCredentials, inProcess } from '../../../support/fakes/awsFake.ts';
import { inFakeTime } from '../../../support/fakes/fakeTime.ts';

const id = z.object({ id: z.object({ S: z.string() }) });
const readSchema = z.object({ RequestItems: z.object({ Things: z.object({ Keys: z.array(id) }) }) });
const writeSchema = z.object({
  RequestItems: z.object({ Things: z.array(z.object({ DeleteRequest: z.object({ Key: id }) })) }),
});

/** A table that does so many items of each request, and leaves the others undone. */
function tableDoing(capacity: number) {
  /** How many items each request asked for. */
  const asked: number[] = [];
  const deleted: string[] = [];
  const client = new DynamoDBClient({
    ...fakeCredentials,
    requestHandler: inProcess((operation, input) => {
      if (operation === 'BatchGetItem') {
        const { Keys } = readSchema.parse(input).RequestItems.Things;
        asked.push(Keys.length);
        const undone = Keys.slice(capacity);
        return {
          Responses: { Things: Keys.slice(0, capacity) },
          UnprocessedKeys: undone.length > 0 ? { Things: { Keys: undone } } : {},
        };
      }
      const { Things } = writeSchema.parse(input).RequestItems;
      asked.push(Things.length);
      deleted.push(...Things.slice(0, capacity).map(({ DeleteRequest }) => DeleteRequest.Key.id.S));
      const undone = Things.slice(capacity);
      return { UnprocessedItems: undone.length > 0 ? { Things: undone } : {} };
    }),
  });
  return { client: DynamoDBDocumentClient.from(client), asked, deleted };
}

const keys = (count: number) => Array.from({ length: count }, (_, index) => ({ id: String(index) }));

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

it('reads by hundreds until nothing is left undone', async () => {
  const { client, asked } = tableDoing(60);
  const { outcome } = await inFakeTime(() => readAll(client, { table: 'Things', keys: keys(110) }));
  expect(outcome).toEqual({ status: 'fulfilled', value: keys(110) });
  expect(asked).toEqual([100, 40, 10]);
});

it('deletes by twenty-five until nothing is left undone', async () => {
  const { client, asked, deleted } = tableDoing(20);
  await inFakeTime(() => deleteAll(client, { table: 'Things', keys: keys(30) }));
  expect(deleted.toSorted()).toEqual(
    keys(30)
      .map((key) => key.id)
      .toSorted(),
  );
  expect(asked).toEqual([25, 5, 5]);
});

it('asks for nothing where there is nothing to do', async () => {
  const { client, asked } = tableDoing(1);
  expect(await readAll(client, { table: 'Things', keys: [] })).toEqual([]);
  await deleteAll(client, { table: 'Things', keys: [] });
  expect(asked).toEqual([]);
});

it.each([
  ['reading', readAll],
  ['deleting', deleteAll],
] as const)('gives up %s what stays undone', async (_, all) => {
  const { client, asked } = tableDoing(0);
  const { outcome, ms } = await inFakeTime<unknown>(() => all(client, { table: 'Things', keys: keys(1) }));
  expect(outcome).toMatchObject({ status: 'rejected', reason: { message: expect.stringContaining('unprocessed') } });
  expect(asked.length).toBeGreaterThanOrEqual(5);
  expect(ms).toBeLessThanOrEqual(3000);
});

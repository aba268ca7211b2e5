import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { countOnce } from '../../../../lambdas/stores/dynamo/writes.ts';
import { fakeCredentials, inProcess, ServiceError } from '../../../support/fakes/awsFake.ts';

const inputSchema = z.object({
  ConditionExpression: z.string(),
  ExpressionAttributeValues: z.object({ ':count': z.object({ S: z.string() }) }),
});

/** A table that takes every count, and loses so many answers; a repeated one fails the condition. */
function losing(answers: number) {
  const counted: string[] = [];
  const client = new DynamoDBClient({
    ...fakeCredentials,
    maxAttempts: 3,
    requestHandler: inProcess((_, input) => {
      const name = inputSchema.parse(input).ExpressionAttributeValues[':count'].S;
      if (counted.at(-1) === name) {
        throw new ServiceError('ConditionalCheckFailedException', '', { Item: { last_count: { S: name } } });
      }
      counted.push(name);
      if (counted.length <= answers) throw Object.assign(new Error('no answer'), { name: 'TimeoutError' });
      return {};
    }),
  });
  return { client: DynamoDBDocumentClient.from(client), counted };
}

const write = {
  TableName: 'Limits',
  Key: { key: 'a' },
  UpdateExpression: 'SET n = n + :one',
  ConditionExpression: 'n < :max',
  ExpressionAttributeValues: { ':one': 1, ':max': 2 },
};

it('a count whose answer is lost is counted once, and admitted', async () => {
  const { client, counted } = losing(1);
  expect(await countOnce(client, write)).toMatchObject({ counted: true, before: undefined });
  expect(counted).toHaveLength(1);
});

it('each count has a name of its own', async () => {
  const { client, counted } = losing(0);
  await countOnce(client, write);
  await countOnce(client, write);
  expect(new Set(counted).size).toBe(2);
});

it('a condition that did not hold is told, with the item', async () => {
  const client = new DynamoDBClient({
    ...fakeCredentials,
    requestHandler: inProcess(() => {
      throw new ServiceError('ConditionalCheckFailedException', '', {
        Item: { n: { N: '2' }, last_count: { S: 'b' } },
      });
    }),
  });
  expect(await countOnce(DynamoDBDocumentClient.from(client), write)).toEqual({
    counted: false,
    item: { n: 2, last_count: 'b' },
  });
});

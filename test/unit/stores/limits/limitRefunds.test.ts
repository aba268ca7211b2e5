import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { expect, it } from 'vitest';
import { z } from 'zod';
import { ordinaryLimits } from '../../../../lambdas/contract/limits.ts';
import { namesOf } from '../../../../lambdas/contract/records.ts';
import { givesBackOne } from '../../../../lambdas/core/limits/limitDecision.ts';
import { createLimitRefunds } from '../../../../lambdas/stores/limits/limitRefunds.ts';
import { fakeCredentials, inProcess, ServiceError } from '../../../support/fakes/awsFake.ts';

const inputSchema = z.object({
  ExpressionAttributeValues: z.object({ ':count': z.object({ S: z.string() }).optional() }),
});

it('a refund whose answer is lost takes one attempt back', async () => {
  let counted = 5;
  let last: string | undefined;
  let sent = 0;
  const client = new DynamoDBClient({
    ...fakeCredentials,
    maxAttempts: 3,
    requestHandler: inProcess((_, input) => {
      sent += 1;
      const name = inputSchema.parse(input).ExpressionAttributeValues[':count']?.S;
      if (name !== undefined && name === last) {
        throw new ServiceError('ConditionalCheckFailedException', '', { Item: { last_count: { S: name } } });
      }
      last = name;
      counted -= 1;
      if (sent === 1) throw Object.assign(new Error('no answer'), { name: 'TimeoutError' });
      return {};
    }),
  });
  const limit = namesOf(ordinaryLimits).find((name) => givesBackOne({ limit: name, key: 'a', window: 7 }));
  if (!limit) return expect.fail('no limit gives back one');
  const { refund } = createLimitRefunds({ client: DynamoDBDocumentClient.from(client), table: 'Limits' });
  await refund([{ limit, key: 'a', window: 7 }]);
  expect(sent).toBe(2);
  expect(counted).toBe(4);
});

import { readdirSync, readFileSync } from 'node:fs';
import { ConditionalCheckFailedException, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { commit, transact } from '../../../../lambdas/stores/dynamo/transaction.ts';
import { deleteItem, putItem, updateItem } from '../../../../lambdas/stores/dynamo/writes.ts';
import { fakeCredentials, inProcess, ServiceError } from '../../../support/fakes/awsFake.ts';
import { inFakeTime } from '../../../support/fakes/fakeTime.ts';

type Answer = (operation: string, input: Record<string, unknown>) => unknown;

const clientOf = (answer: Answer) =>
  DynamoDBDocumentClient.from(new DynamoDBClient({ ...fakeCredentials, requestHandler: inProcess(answer) }));

const cancelled = (...codes: string[]) =>
  new ServiceError('TransactionCanceledException', 'Transaction cancelled', {
    CancellationReasons: codes.map((Code) => ({ Code })),
  });
const conflictOf = (operation: string) =>
  operation === 'TransactWriteItems'
    ? cancelled('TransactionConflict', 'None')
    : new ServiceError('TransactionConflictException');

/** A transport whose first request meets a transaction, and whose others are never answered. */
function hangingAfterFirst() {
  let requests = 0;
  const first = inProcess((operation) => {
    throw conflictOf(operation);
  });
  return {
    handle(request: Parameters<typeof first.handle>[0], { abortSignal }: { abortSignal?: AbortSignal } = {}) {
      if (++requests === 1) return first.handle(request);
      return new Promise<never>((_, reject) => {
        abortSignal?.addEventListener('abort', () => reject(new Error('aborted')));
        setTimeout(() => reject(new Error('timed out')), 2500);
      });
    },
  };
}

const put = { Put: { TableName: 'Accounts', Item: { pk: 'account#1' } } };
const check = {
  ConditionCheck: { TableName: 'Accounts', Key: { pk: 'account#1' }, ConditionExpression: 'attribute_exists(pk)' },
};
const key = { TableName: 'Limits', Key: { key: 'a' } };

const writes: Readonly<Record<string, (client: DynamoDBDocumentClient) => Promise<unknown>>> = {
  TransactWriteItems: (client) => transact(client, [put, check]),
  PutItem: (client) => putItem(client, { TableName: 'Limits', Item: key.Key }),
  UpdateItem: (client) => updateItem(client, { ...key, UpdateExpression: 'ADD n :one' }),
  DeleteItem: (client) => deleteItem(client, key),
};

const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

describe('a write that conflicts with a transaction', () => {
  it('F32 of 20 at once on one account, half of all attempts being refused, at most 1 % fail', async () => {
    const done: string[] = [];
    const client = clientOf(async (operation, { ClientRequestToken }) => {
      await sleep(10);
      if (Math.random() < 0.5) throw conflictOf(operation);
      done.push(String(ClientRequestToken));
      return {};
    });
    const atOnce = () => Promise.allSettled(Array.from({ length: 20 }, () => commit(client, [put, check])));
    const results: PromiseSettledResult<boolean>[] = [];
    for (let round = 0; round < 10; round++) {
      const { outcome } = await inFakeTime(atOnce);
      if (outcome.status === 'fulfilled') results.push(...outcome.value);
    }
    expect(results).toHaveLength(200);
    const failed = results.filter(({ status }) => status === 'rejected');
    expect(failed.length).toBeLessThanOrEqual(2);
    const answers = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
    expect(answers.every((committed) => committed)).toBe(true);
    expect(new Set(done).size).toBe(answers.length);
  });

  it.each(Object.entries(writes))('F32 %s is tried again', async (name, write) => {
    const operations: string[] = [];
    const client = clientOf((operation) => {
      if (operations.push(operation) <= 6) throw conflictOf(operation);
      return {};
    });
    const { outcome } = await inFakeTime(() => write(client));
    expect(outcome).toMatchObject({ status: 'fulfilled' });
    expect(operations).toEqual(Array(7).fill(name));
  });

  describe.each([0, 15, 100, 400, 700, 1500])('whose attempts take %d ms', (ms) => {
    it.each(Object.entries(writes))('F32 %s gives up within two seconds', async (_, write) => {
      let attempts = 0;
      const client = clientOf(async (operation) => {
        attempts++;
        await sleep(ms);
        throw conflictOf(operation);
      });
      const { outcome, ms: took } = await inFakeTime(() => write(client));
      expect(outcome).toMatchObject({ status: 'rejected' });
      expect(took).toBeLessThan(2000);
      expect(attempts).toBeGreaterThanOrEqual(Math.min(10, Math.floor(1200 / (ms + 75))));
    });
  });

  it.each(Object.entries(writes))(
    'F32 %s that hangs at its second attempt is given up within two seconds',
    async (_, write) => {
      const client = DynamoDBDocumentClient.from(
        new DynamoDBClient({ ...fakeCredentials, maxAttempts: 3, requestHandler: hangingAfterFirst() }),
      );
      const { outcome, ms } = await inFakeTime(() => write(client));
      expect(outcome).toMatchObject({ status: 'rejected' });
      expect(ms).toBeLessThan(2000);
    },
  );

  it('F32 a transaction that gives up says when to try again', async () => {
    const client = clientOf((operation) => {
      throw conflictOf(operation);
    });
    const { outcome } = await inFakeTime(() => commit(client, [put]));
    const reason = { code: 'unavailable', status: 503, retryAfterSeconds: 1 };
    expect(outcome).toMatchObject({ status: 'rejected', reason });
  });

  it('F32 all attempts of a transaction have one token', async () => {
    const tokens: unknown[] = [];
    const client = clientOf((operation, { ClientRequestToken }) => {
      tokens.push(ClientRequestToken);
      if (tokens.length === 1) throw new ServiceError('TransactionInProgressException');
      if (tokens.length === 2) throw conflictOf(operation);
      return {};
    });
    for (const _ of ['first', 'second']) {
      const { outcome } = await inFakeTime(() => commit(client, [put]));
      expect(outcome).toEqual({ status: 'fulfilled', value: true });
    }
    expect(tokens).toHaveLength(4);
    expect(tokens[0]).toMatch(/^[0-9a-f-]{36}$/);
    expect([tokens[1], tokens[2]]).toEqual([tokens[0], tokens[0]]);
    expect(tokens[3]).not.toBe(tokens[0]);
  });

  it('F32 a condition that failed is told at once, whatever conflicts beside it', async () => {
    let calls = 0;
    const client = clientOf(() => {
      calls++;
      throw cancelled('TransactionConflict', 'ConditionalCheckFailed');
    });
    expect(await transact(client, [put, check])).toEqual({ committed: false, failed: [{ index: 1, item: undefined }] });
    expect(calls).toBe(1);
  });

  it('F32 a failed condition of a single write stays what it is', async () => {
    let calls = 0;
    const client = clientOf(() => {
      calls++;
      throw new ServiceError('ConditionalCheckFailedException');
    });
    await expect(putItem(client, { TableName: 'Limits', Item: key.Key })).rejects.toBeInstanceOf(
      ConditionalCheckFailedException,
    );
    expect(calls).toBe(1);
  });
});

it('F32 no store sends a write past the one place that tries it again', () => {
  const files = readdirSync('lambdas', { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.startsWith('stores/dynamo/'),
  );
  expect(files.length).toBeGreaterThan(100);
  const senders = files.filter((file) =>
    /\bnew (Put|Update|Delete|BatchWrite|TransactWrite|ExecuteStatement|ExecuteTransaction)(Item|Items)?Command\(/.test(
      readFileSync(`lambdas/${file}`, 'utf8'),
    ),
  );
  expect(senders).toEqual([]);
});

import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { beforeEach, expect, it, vi } from 'vitest';
import { budgets } from '../../../../lambdas/core/common/untilDone.ts';
import { accountToItem } from '../../../../lambdas/stores/items/accountItems.ts';
import { shutOut } from '../../../../lambdas/stores/items/shutOut.ts';
import { fakeCredentials, inProcess, ServiceError } from '../../../support/fakes/awsFake.ts';
import { inFakeTime } from '../../../support/fakes/fakeTime.ts';
import { testAccount } from '../../../support/worlds/world.ts';

beforeEach(() => {
  vi.useFakeTimers();
  return () => vi.useRealTimers();
});

/** Tables that take so long for a transaction, before which somebody else has always shut the account out. */
function overtaken(ms: number) {
  let account = testAccount();
  const item = () => marshall(accountToItem(account));
  const client = new DynamoDBClient({
    ...fakeCredentials,
    requestHandler: inProcess(async (operation) => {
      if (operation === 'GetItem') return { Item: item() };
      await new Promise((resolve) => setTimeout(resolve, ms));
      account = { ...account, sessionEpoch: account.sessionEpoch + 1 };
      const CancellationReasons = [{ Code: 'ConditionalCheckFailed', Item: item() }, { Code: 'None' }];
      throw new ServiceError('TransactionCanceledException', 'cancelled', { CancellationReasons });
    }),
  });
  return { client: DynamoDBDocumentClient.from(client), account };
}

it.each([1, 400, 1200])('F32 a shut-out that others keep overtaking, in %d ms each, is a 503 in time', async (ms) => {
  const { client, account } = overtaken(ms);
  const tables = { accounts: 'Accounts', revocations: 'Revocations' };
  const lifetime = { accessTokenTtlSeconds: 900, clockLeewaySeconds: 5 };
  const { outcome, ms: took } = await inFakeTime(() =>
    shutOut(client, tables, { sub: account.sub, nowMs: 0, lifetime }, { set: {}, onlyWhile: [] }, []),
  );
  const reason = { code: 'unavailable', status: 503, retryAfterSeconds: 1 };
  expect(outcome).toMatchObject({ status: 'rejected', reason });
  expect(took).toBeLessThanOrEqual(budgets.transaction.ms);
});

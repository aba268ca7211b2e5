import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { expect, it } from 'vitest';
import { type TableName, tables } from '../../../../lambdas/manifest/tables.ts';
import { accountToItem } from '../../../../lambdas/stores/items/accountItems.ts';
import { callStores } from '../../../support/database/storeCalls.ts';
import { fakeCredentials, inProcess } from '../../../support/fakes/awsFake.ts';
import { createWorld, manualClock, testAccount } from '../../../support/worlds/world.ts';

const hostile = [
  ':v',
  '#n',
  '#status = :revoked',
  'SET x = :y REMOVE password_hash',
  "') OR attribute_exists(pk) OR ('",
  'attribute_not_exists(pk)',
  '\u0000"\'`;--',
];

type Call = Readonly<Record<string, unknown>>;

/** Every expression, and every name it refers to, that the stores send when each text they take is this one. */
async function expressionsWith(text: string): Promise<{ expressions: string[]; calls: number; sent: string }> {
  const calls: Call[] = [];
  const account = accountToItem(testAccount({ sub: text }));
  const addresses = [{ email: text, credentials_changed_at: 1, expires_at: 1 }];
  const client = new DynamoDBClient({
    ...fakeCredentials,
    requestHandler: inProcess((operation, input) => {
      calls.push(input);
      // What shuts an account out reads it first, and what erases it the addresses that it has given up.
      const read = operation === 'GetItem' && input['TableName'] === 'Accounts';
      return read ? { Item: marshall({ ...account, addresses }) } : {};
    }),
  });
  const names = Object.fromEntries(Object.keys(tables).map((name) => [name, name])) as Record<TableName, string>;
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const world = createWorld({ client: documents, tables: names, items: async () => [] }, manualClock(0));
  await callStores(world, names, text);
  return { expressions: expressionsOf(calls), calls: calls.length, sent: JSON.stringify(calls) };
}

function expressionsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => {
    if (/Expression$/.test(name)) return [`${name}: ${String(member)}`];
    if (name === 'ExpressionAttributeNames') return [`${name}: ${JSON.stringify(member)}`];
    if (name === 'ExpressionAttributeValues') return [`${name}: ${Object.keys(Object(member)).join()}`];
    return expressionsOf(member);
  });
}

it.each(hostile)('D02 %j is a value wherever the stores take it', async (text) => {
  const benign = await expressionsWith('alice');
  const attacked = await expressionsWith(text);
  expect(attacked.expressions).toEqual(benign.expressions);
  expect(attacked.calls).toBe(benign.calls);
  expect(benign.expressions.length).toBeGreaterThan(60);
  expect(attacked.sent).toContain(JSON.stringify(text).slice(1, -1));
});

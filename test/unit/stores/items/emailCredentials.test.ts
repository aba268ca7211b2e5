import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { marshall } from '@aws-sdk/util-dynamodb';
import { expect, it } from 'vitest';
import { type TableName, tables } from '../../../../lambdas/manifest/tables.ts';
import { accountToItem } from '../../../../lambdas/stores/items/accountItems.ts';
import { callStores } from '../../../support/database/storeCalls.ts';
import { fakeCredentials, inProcess } from '../../../support/fakes/awsFake.ts';
import { createWorld, manualClock, testAccount } from '../../../support/worlds/world.ts';

/** The texts of the items of each transaction that the stores send. */
async function transactions(): Promise<readonly (readonly string[])[]> {
  const sent: string[][] = [];
  const account = accountToItem(testAccount({ sub: 'alice' }));
  const client = new DynamoDBClient({
    ...fakeCredentials,
    requestHandler: inProcess((operation, input) => {
      const items = input['TransactItems'];
      if (Array.isArray(items)) sent.push(items.map((item) => JSON.stringify(item)));
      const isRead = operation === 'GetItem' && input['TableName'] === 'Accounts';
      return isRead ? { Item: marshall({ ...account, addresses: [] }) } : {};
    }),
  });
  const names = Object.fromEntries(Object.keys(tables).map((name) => [name, name])) as Record<TableName, string>;
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
  const world = createWorld({ client: documents, tables: names, items: async () => [] }, manualClock(0));
  await callStores(world, names, 'alice');
  return sent;
}

/** Whether an item of a transaction sets it, not whether it asks for it. */
const sets = (item: string, key: string) =>
  item.includes(`"${key}#`) &&
  (/"Item":.*"credentials_changed_at"/.test(item) || /SET [^"]*#credentials_changed_at = /.test(item));

it('whatever changes an account’s credentials tells its address when, in the same transaction', async () => {
  const changing = (await transactions()).filter((items) => items.some((item) => sets(item, 'account')));
  expect(changing.length).toBeGreaterThanOrEqual(9);
  for (const items of changing)
    expect(
      items.some((item) => sets(item, 'email')),
      items.join('\n'),
    ).toBe(true);
});

import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Accounts, AddressHolder } from '../../core/accounts/ports.ts';
import { readItem } from '../dynamo/reads.ts';
import { accountFromItem, accountKey, emailKey, nobody } from '../items/accountItems.ts';
import { holderOfEmailItem } from '../items/emailItems.ts';

/**
 * Consistent reads of accounts.
 *
 * @throws ProblemError `unavailable` when the table cannot be read.
 */
export function createAccounts({ client, table }: { client: DynamoDBDocumentClient; table: string }): Accounts {
  const get = (pk: string) => readItem(client, { table, key: { pk } });
  const find = async (sub: string) => {
    const item = await get(accountKey(sub));
    return item && accountFromItem(item);
  };
  const holderOf = async (normalizedEmail: string): Promise<AddressHolder> => {
    const { sub, reserved } = holderOfEmailItem(await get(emailKey(normalizedEmail)));
    return { account: await find(sub ?? nobody), reserved };
  };
  return { find, holderOf, findByEmail: async (normalizedEmail) => (await holderOf(normalizedEmail)).account };
}

import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Accounts, AddressHolder } from '../../core/accounts/ports.ts';
import { type Item, readItem } from '../dynamo/reads.ts';
import { accountFromItem, accountKey, emailKey } from '../items/accountItems.ts';

/** A key that no account has. It is read when an address is unknown, so that both cases cost the same reads. */
const nobody = '00000000-0000-0000-0000-000000000000';

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
    const { sub, reserved_until: until }: Item = (await get(emailKey(normalizedEmail))) ?? {};
    const reserved = typeof sub === 'string' && typeof until === 'number' ? { sub, until } : undefined;
    return { account: await find(typeof sub === 'string' && !reserved ? sub : nobody), reserved };
  };
  return { find, holderOf, findByEmail: async (normalizedEmail) => (await holderOf(normalizedEmail)).account };
}

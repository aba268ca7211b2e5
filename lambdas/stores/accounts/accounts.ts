import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { Accounts } from '../../core/accounts/ports.ts';
import { readItem } from '../dynamo/reads.ts';
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
  return {
    find,
    async findByEmail(normalizedEmail) {
      const item = await get(emailKey(normalizedEmail));
      return find(typeof item?.['sub'] === 'string' ? item['sub'] : nobody);
    },
  };
}

import { BatchGetCommand, type DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { throwUnavailable, unavailable } from '../../core/common/errors.ts';
import { devicePlaces } from '../../core/sessions/deviceToken.ts';
import type { AccountOnDevice, AccountsOnDevices, HeldAddress } from '../../core/sessions/ports.ts';
import { readItem } from '../dynamo/reads.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { accountFromItem, accountKey, emailKey, nobody } from '../items/accountItems.ts';
import { deviceFromItem, deviceKey } from '../items/deviceItems.ts';
import { holderOfEmailItem } from '../items/emailItems.ts';

/** @throws ProblemError `unavailable`. */
export function createAccountsOnDevices(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'accounts' | 'devices'>;
}): AccountsOnDevices {
  const { client, tables } = deps;

  const find = async (subject: string | undefined, device: string): Promise<AccountOnDevice> => {
    const sub = subject ?? nobody;
    const both = new BatchGetCommand({
      RequestItems: {
        [tables.accounts]: { Keys: [{ pk: accountKey(sub) }], ConsistentRead: true },
        [tables.devices]: {
          Keys: devicePlaces(device).map((place) => deviceKey({ sub, device: place })),
          ConsistentRead: true,
        },
      },
    });
    const { Responses, UnprocessedKeys } = await client.send(both).catch(throwUnavailable);
    if (Object.keys(UnprocessedKeys ?? {}).length > 0) throw unavailable(new Error('unprocessed keys'));
    const account = Responses?.[tables.accounts]?.[0];
    const pairs = Responses?.[tables.devices] ?? [];
    return { account: account && accountFromItem(account), pairs: pairs.map(deviceFromItem) };
  };

  const holderOf = async (normalizedEmail: string): Promise<HeldAddress> => {
    const address = await readItem(client, { table: tables.accounts, key: { pk: emailKey(normalizedEmail) } });
    const { sub, credentialsChangedAt } = holderOfEmailItem(address);
    return { sub, credentialsChangedAt };
  };

  return {
    holderOf,
    find,
    findByEmail: async (normalizedEmail, device) => find((await holderOf(normalizedEmail)).sub, device),
  };
}

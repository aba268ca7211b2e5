import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { FormerAddresses } from '../../core/accounts/ports.ts';
import { readItem } from '../dynamo/reads.ts';
import { formerAddressesKey } from '../items/accountItems.ts';
import { formerAddressesFromItem } from '../items/emailItems.ts';

export function createFormerAddresses(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
}): FormerAddresses {
  const { client, table } = deps;
  return {
    list: async (sub) =>
      formerAddressesFromItem(await readItem(client, { table, key: { pk: formerAddressesKey(sub) } })),
  };
}

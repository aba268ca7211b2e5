import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { givesBackOne, type LimitReceipt } from '../../core/limits/limitDecision.ts';
import type { LimitRefunds } from '../../core/limits/ports.ts';
import { deleteItem } from '../dynamo/writes.ts';
import { limitItemKey } from '../items/limitItems.ts';
import { takeOne } from './givenBack.ts';

export function createLimitRefunds(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
}): LimitRefunds {
  return {
    async refund(receipts) {
      await Promise.allSettled(receipts.map((receipt) => takeBack(deps.client, deps.table, receipt)));
    },
  };
}

async function takeBack(client: DynamoDBDocumentClient, table: string, receipt: LimitReceipt): Promise<void> {
  if (!givesBackOne(receipt)) {
    await deleteItem(client, { TableName: table, Key: limitItemKey(receipt) });
    return;
  }
  await takeOne(client, table, receipt);
}

import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { givesBackOne, type LimitReceipt } from '../../core/limits/limitDecision.ts';
import type { LimitRefunds } from '../../core/limits/ports.ts';
import { countOnce, deleteItem } from '../dynamo/writes.ts';
import { countedAttribute, limitItemKey } from '../items/limitItems.ts';

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
  const Key = limitItemKey(receipt);
  if (!givesBackOne(receipt)) {
    await deleteItem(client, { TableName: table, Key });
    return;
  }
  // The client sends a write again whose answer was lost: `countOnce` takes one back, not two.
  await countOnce(client, {
    TableName: table,
    Key,
    UpdateExpression: 'SET #counted = #counted - :one',
    // It fails for a window that has passed and was removed: there is nothing left to take back.
    ConditionExpression: '#counted >= :one',
    ExpressionAttributeNames: { '#counted': countedAttribute(receipt) },
    ExpressionAttributeValues: { ':one': 1 },
  });
}

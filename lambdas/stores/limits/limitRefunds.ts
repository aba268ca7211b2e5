import { DeleteCommand, type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import type { LimitReceipt } from '../../core/limits/limitDecision.ts';
import type { LimitRefunds } from '../../core/limits/ports.ts';
import { limitItemKey, windowAttribute } from '../items/limitItems.ts';

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
  if (receipt.window === undefined) {
    await client.send(new DeleteCommand({ TableName: table, Key }));
    return;
  }
  await client.send(
    new UpdateCommand({
      TableName: table,
      Key,
      UpdateExpression: 'SET #window = #window - :one',
      // It fails for a window that has passed and was removed: there is nothing left to take back.
      ConditionExpression: '#window >= :one',
      ExpressionAttributeNames: { '#window': windowAttribute(receipt.window) },
      ExpressionAttributeValues: { ':one': 1 },
    }),
  );
}

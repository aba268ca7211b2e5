import type { DynamoDBDocumentClient, UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import type { LimitReceipt } from '../../core/limits/limitDecision.ts';
import { countOnce, lastCount } from '../dynamo/writes.ts';
import { countedAttribute, limitItemKey } from '../items/limitItems.ts';

/**
 * Takes one attempt back. Of a streak whose item says nothing of a later one, the time of the attempt before as well:
 * an attempt that was not to be counted must not make the next one wait.
 *
 * @throws what the SDK throws.
 */
export async function giveBackOne(client: DynamoDBDocumentClient, table: string, receipt: LimitReceipt): Promise<void> {
  const { own, window } = receipt;
  if (own && window === undefined) {
    const { counted } = await takeOne(client, table, receipt, {
      set: own.lastAt === undefined ? ' REMOVE last_at' : ', last_at = :last_at',
      condition: ' AND #last = :own',
      names: { '#last': lastCount },
      values: { ':own': own.name, ...(own.lastAt !== undefined && { ':last_at': own.lastAt }) },
    });
    if (counted) return;
  }
  await takeOne(client, table, receipt);
}

/** The client sends a write again whose answer was lost: `countOnce` takes one back, not two. */
export function takeOne(
  client: DynamoDBDocumentClient,
  table: string,
  receipt: LimitReceipt,
  more: {
    readonly set?: string;
    readonly condition?: string;
    readonly names?: UpdateCommandInput['ExpressionAttributeNames'];
    readonly values?: UpdateCommandInput['ExpressionAttributeValues'];
  } = {},
) {
  return countOnce(client, {
    TableName: table,
    Key: limitItemKey(receipt),
    UpdateExpression: `SET #counted = #counted - :one${more.set ?? ''}`,
    // It fails for a window that has passed and was removed: there is nothing left to take back.
    ConditionExpression: `#counted >= :one${more.condition ?? ''}`,
    ExpressionAttributeNames: { '#counted': countedAttribute(receipt), ...more.names },
    ExpressionAttributeValues: { ':one': 1, ...more.values },
  });
}

import { type DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { UnfinishedErasures } from '../../core/accounts/ports.ts';
import { itemsOf } from '../dynamo/reads.ts';
import { erasureFromItem, erasurePrefix } from '../items/erasureItems.ts';

/** Kept apart from `createAccountErasure`: of the Lambdas that erase accounts, only the hourly one may scan. */
export function createUnfinishedErasures(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
}): UnfinishedErasures {
  return {
    async *list() {
      const pages = paginateScan(
        { client: deps.client },
        {
          TableName: deps.table,
          FilterExpression: 'begins_with(pk, :prefix)',
          ExpressionAttributeValues: { ':prefix': erasurePrefix },
          ConsistentRead: true,
        },
      );
      for await (const item of itemsOf(pages)) yield erasureFromItem(item);
    },
  };
}

import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { UnfinishedErasures } from '../../core/accounts/ports.ts';
import { unavailable } from '../../core/common/errors.ts';
import { dueItems } from '../dynamo/sweepIndex.ts';
import { erasureFromItem } from '../items/erasureItems.ts';

/** Kept apart from `createAccountErasure`: of the Lambdas that erase accounts, only the hourly one asks the index. */
export function createUnfinishedErasures({
  client,
  table,
}: {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
}): UnfinishedErasures {
  return {
    async *list() {
      try {
        for await (const items of dueItems(client, { of: 'Grants', table })) yield* items.map(erasureFromItem);
      } catch (error) {
        throw unavailable(error);
      }
    },
  };
}

import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { throwUnavailable, unavailable } from '../../core/common/errors.ts';
import type { Factors } from '../../core/factors/ports.ts';
import { partitionOf } from '../dynamo/reads.ts';
import { factorSetFromItems } from '../items/factorItems.ts';

/** @throws ProblemError `unavailable` when the table cannot be read. */
export function createFactors({ client, table }: { client: DynamoDBDocumentClient; table: string }): Factors {
  return {
    async read(sub) {
      const { Items = [], LastEvaluatedKey } = await client
        .send(new QueryCommand(partitionOf(table, sub)))
        .catch(throwUnavailable);
      if (LastEvaluatedKey) throw unavailable(new Error('more factors than one subject may have'));
      return factorSetFromItems(Items);
    },
  };
}

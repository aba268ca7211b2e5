import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { throwUnavailable } from '../../core/common/errors.ts';
import type { TotpEnrolments } from '../../core/factors/ports.ts';
import { readItem } from '../dynamo/reads.ts';
import { putItem } from '../dynamo/writes.ts';
import { enrolmentFromItem, enrolmentKey, enrolmentToItem } from '../items/totpEnrolmentItems.ts';

/** @throws ProblemError `unavailable`. */
export function createTotpEnrolments(deps: { client: DynamoDBDocumentClient; table: string }): TotpEnrolments {
  const { client, table } = deps;
  return {
    async begin(sub, enrolment) {
      await putItem(client, { TableName: table, Item: enrolmentToItem(sub, enrolment) }).catch(throwUnavailable);
    },
    async find(sub) {
      const item = await readItem(client, { table, key: { pk: enrolmentKey(sub) } });
      return item && enrolmentFromItem(item);
    },
  };
}

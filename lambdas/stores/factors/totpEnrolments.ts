import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { throwUnavailable } from '../../core/common/errors.ts';
import type { TotpEnrolments } from '../../core/factors/ports.ts';
import { enrolmentFromItem, enrolmentKey, enrolmentToItem } from '../items/totpEnrolmentItems.ts';

/** @throws ProblemError `unavailable`. */
export function createTotpEnrolments(deps: { client: DynamoDBDocumentClient; table: string }): TotpEnrolments {
  const { client, table } = deps;
  return {
    async begin(sub, enrolment) {
      await client
        .send(new PutCommand({ TableName: table, Item: enrolmentToItem(sub, enrolment) }))
        .catch(throwUnavailable);
    },
    async find(sub) {
      const { Item } = await client
        .send(new GetCommand({ TableName: table, Key: { pk: enrolmentKey(sub) }, ConsistentRead: true }))
        .catch(throwUnavailable);
      return Item && enrolmentFromItem(Item);
    },
  };
}

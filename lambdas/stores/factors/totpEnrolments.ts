import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { unavailable } from '../../core/common/errors.ts';
import { parseItem } from '../dynamo/parseItem.ts';
import type { TransactItem } from '../dynamo/transaction.ts';
import { grantKey } from '../items/grantKeys.ts';

const itemSchema = z.object({
  schema_version: z.literal(1),
  id: z.string(),
  sealed_secret: z.string(),
  expires_at: z.int(),
});

const enrolmentKey = (sub: string) => grantKey('totp-enrolment', sub);

export interface TotpEnrolment {
  readonly id: string;
  readonly sealedSecret: string;
  /** Epoch seconds. */
  readonly expiresAt: number;
}

export interface TotpEnrolments {
  /** Keeps what was begun; one a subject, the newest. */
  begin(sub: string, enrolment: TotpEnrolment): Promise<void>;
  /** What was begun last; consistent. */
  find(sub: string): Promise<TotpEnrolment | undefined>;
}

/** @throws ProblemError `unavailable`. */
export function createTotpEnrolments(deps: { client: DynamoDBDocumentClient; table: string }): TotpEnrolments {
  const { client, table } = deps;
  return {
    async begin(sub, { id, sealedSecret, expiresAt }) {
      const Item = {
        pk: enrolmentKey(sub),
        schema_version: 1,
        id,
        sealed_secret: sealedSecret,
        expires_at: expiresAt,
        ttl: expiresAt,
      };
      await client
        .send(new PutCommand({ TableName: table, Item }))
        .catch((error: unknown) => Promise.reject(unavailable(error)));
    },
    async find(sub) {
      const { Item } = await client
        .send(new GetCommand({ TableName: table, Key: { pk: enrolmentKey(sub) }, ConsistentRead: true }))
        .catch((error: unknown) => Promise.reject(unavailable(error)));
      if (!Item) return undefined;
      const item = parseItem(itemSchema, Item);
      return { id: item.id, sealedSecret: item.sealed_secret, expiresAt: item.expires_at };
    },
  };
}

/** Takes an enrolment away, whether there is one or not. */
export function enrolmentRemoval(table: string, sub: string): TransactItem {
  return { Delete: { TableName: table, Key: { pk: enrolmentKey(sub) } } };
}

/** Uses the enrolment up, to be part of the transaction that adds the factor. */
export function enrolmentUse(
  table: string,
  { sub, id, nowMs }: { readonly sub: string; readonly id: string; readonly nowMs: number },
): TransactItem {
  return {
    Delete: {
      TableName: table,
      Key: { pk: enrolmentKey(sub) },
      ConditionExpression: 'id = :id AND expires_at > :now',
      ExpressionAttributeValues: { ':id': id, ':now': Math.floor(nowMs / 1000) },
    },
  };
}

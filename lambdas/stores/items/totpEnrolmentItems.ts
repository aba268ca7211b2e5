import * as z from 'zod/mini';
import type { TotpEnrolment } from '../../core/factors/totpEnrolment.ts';
import { parseItem, schemaVersion } from '../dynamo/parseItem.ts';
import type { TransactItem } from '../dynamo/transaction.ts';
import { grantKey } from './grantItems.ts';

const itemSchema = z.object({
  pk: z.string(),
  schema_version: schemaVersion,
  id: z.string(),
  /** Absent in items of the release before. */
  sid: z.optional(z.string()),
  sealed_secret: z.string(),
  expires_at: z.int(),
  ttl: z.optional(z.int()),
});

export const enrolmentKey = (sub: string) => grantKey('totp-enrolment', sub);

export function enrolmentToItem(sub: string, enrolment: TotpEnrolment): Record<string, unknown> {
  const { id, sid, sealedSecret, expiresAt } = enrolment;
  return {
    pk: enrolmentKey(sub),
    schema_version: 1,
    id,
    ...(sid !== undefined && { sid }),
    sealed_secret: sealedSecret,
    expires_at: expiresAt,
    ttl: expiresAt,
  };
}

/** @throws ProblemError `unavailable` for an item of another version. */
export function enrolmentFromItem(raw: unknown): TotpEnrolment {
  const item = parseItem('totp-enrolment', itemSchema, raw);
  return { id: item.id, sid: item.sid, sealedSecret: item.sealed_secret, expiresAt: item.expires_at };
}

/** Takes an enrolment away, whether there is one or not. */
export function enrolmentRemoval(table: string, sub: string): TransactItem {
  return { Delete: { TableName: table, Key: { pk: enrolmentKey(sub) } } };
}

/** Uses the enrolment up, as a part of the transaction that adds the factor. */
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

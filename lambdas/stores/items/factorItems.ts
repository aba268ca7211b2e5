import * as z from 'zod/mini';
import { factorMethods } from '../../core/accounts/account.ts';
import type { Factor, FactorSet, KnownFactor } from '../../core/factors/factor.ts';
import { parseItem, schemaVersion } from '../dynamo/parseItem.ts';
import type { TransactItem } from '../dynamo/transaction.ts';
import { tellOfUnknownForms } from '../dynamo/unknownForms.ts';

/** The sort key of the item that holds a subject's factors together; no factor has an id of that length. */
export const factorSetId = 'set';

const base = {
  sub: z.string(),
  id: z.string(),
  schema_version: schemaVersion,
  name: z.string(),
  created_at: z.int(),
  /** Absent in items of the release before. */
  since: z.optional(z.int()),
};

const factorItemSchema = z.discriminatedUnion('type', [
  z.object({ ...base, type: z.literal('totp'), sealed_secret: z.string(), last_step: z.int() }),
  z.object({
    ...base,
    type: z.literal('webauthn'),
    credential_id: z.string(),
    public_key: z.string(),
    counter: z.int(),
    transports: z.array(z.string()),
  }),
]);

/**
 * The item counts changes for as long as the account lives, and holds the hashes of the recovery codes: a string set,
 * which is absent when it is empty.
 */
const setItemSchema = z.object({
  sub: z.optional(z.string()),
  id: z.literal(factorSetId),
  schema_version: schemaVersion,
  revision: z.int(),
  recovery_codes: z.optional(z.set(z.string())),
  /** Absent in items of the release before. */
  recovery_codes_since: z.optional(z.int()),
});

const noSet: z.infer<typeof setItemSchema> = { id: factorSetId, schema_version: 1, revision: 0 };

/** What every factor has, of whatever kind. */
const anyFactorSchema = z.object({ ...base, type: z.string(), name: z._default(z.string(), '') });

/**
 * A factor of a kind that this release does not know stays one: an account that has one is not without.
 *
 * @throws ProblemError `unavailable` for an item that lacks what this release needs.
 */
function factorFromItem(raw: unknown): Factor {
  const { data: any } = anyFactorSchema.safeParse(raw);
  if (any && !factorMethods.some((known) => known === any.type)) {
    tellOfUnknownForms(['factor type']);
    const { sub, id, name, since, type: kind, created_at: createdAt } = any;
    return { sub, id, name, createdAt, since, type: 'unknown', kind };
  }
  const item = parseItem('factor', factorItemSchema, raw);
  const { sub, id, name, since } = item;
  const common = { sub, id, name, createdAt: item.created_at, since };
  if (item.type === 'totp') {
    return { ...common, type: item.type, sealedSecret: item.sealed_secret, lastStep: item.last_step };
  }
  return {
    ...common,
    type: item.type,
    credentialId: item.credential_id,
    publicKey: item.public_key,
    counter: item.counter,
    transports: item.transports,
  };
}

/** The factors and recovery codes in the items of a subject's partition. */
export function factorSetFromItems(items: readonly Record<string, unknown>[]): FactorSet {
  const set = items.find(({ id }) => id === factorSetId);
  const {
    revision,
    recovery_codes: codes,
    recovery_codes_since: since,
  }: z.infer<typeof setItemSchema> = set ? parseItem('factor set', setItemSchema, set) : noSet;
  return {
    factors: items.filter((item) => item !== set).map(factorFromItem),
    recoveryCodes: codes ?? new Set(),
    recoveryCodesSince: since,
    revision,
  };
}

/** @param since the account's `credentialsChangedAt` that the addition makes */
export function factorPut(table: string, factor: KnownFactor, since: number): TransactItem {
  const common = {
    sub: factor.sub,
    id: factor.id,
    schema_version: 1,
    type: factor.type,
    name: factor.name,
    created_at: factor.createdAt,
    since,
  };
  const Item =
    factor.type === 'totp'
      ? { ...common, sealed_secret: factor.sealedSecret, last_step: factor.lastStep }
      : {
          ...common,
          credential_id: factor.credentialId,
          public_key: factor.publicKey,
          counter: factor.counter,
          transports: [...factor.transports],
        };
  return { Put: { TableName: table, Item, ConditionExpression: 'attribute_not_exists(id)' } };
}

export function factorDelete(table: string, { sub, id }: { readonly sub: string; readonly id: string }): TransactItem {
  return { Delete: { TableName: table, Key: { sub, id }, ConditionExpression: 'attribute_exists(id)' } };
}

export function factorRename(
  table: string,
  { sub, id, name }: { readonly sub: string; readonly id: string; readonly name: string },
): TransactItem {
  return {
    Update: {
      TableName: table,
      Key: { sub, id },
      UpdateExpression: 'SET #name = :name',
      ConditionExpression: 'attribute_exists(id)',
      ExpressionAttributeNames: { '#name': 'name' },
      ExpressionAttributeValues: { ':name': name },
    },
  };
}

/**
 * Changes the set that was read: the condition fails for a set of another revision.
 *
 * @param change.recoveryCodes hashes that replace the present ones; an empty list removes them
 * @param change.since the account's `credentialsChangedAt` that the change makes
 */
export function factorSetUpdate(
  table: string,
  change: {
    readonly sub: string;
    readonly revision: number;
    readonly recoveryCodes?: readonly string[] | undefined;
    readonly since: number;
  },
): TransactItem {
  const { sub, revision, recoveryCodes, since } = change;
  const first = revision === 0;
  const someCodes = recoveryCodes !== undefined && recoveryCodes.length > 0;
  const noCodes = recoveryCodes?.length === 0;
  return {
    Update: {
      TableName: table,
      Key: { sub, id: factorSetId },
      UpdateExpression: [
        'SET schema_version = :one, revision = :next',
        ...(someCodes ? [', recovery_codes = :codes, recovery_codes_since = :since'] : []),
        ...(noCodes ? [' REMOVE recovery_codes, recovery_codes_since'] : []),
      ].join(''),
      ConditionExpression: first ? 'attribute_not_exists(id)' : 'revision = :revision',
      ExpressionAttributeValues: {
        ':one': 1,
        ':next': revision + 1,
        ...(!first && { ':revision': revision }),
        ...(someCodes && { ':codes': new Set(recoveryCodes), ':since': since }),
      },
    },
  };
}

import * as z from 'zod/mini';
import type { DevicePair, PairChange, StartOutcome } from '../../core/sessions/devicePair.ts';
import { deviceTtlSeconds } from '../../core/sessions/deviceToken.ts';
import { type Condition, conditionsOn, onlyWhile, setOnlyWhile } from '../dynamo/expressions.ts';
import { parseItem, schemaVersion } from '../dynamo/parseItem.ts';
import type { TransactItem, TransactOutcome } from '../dynamo/transaction.ts';

/** A pair of account and device at rest. */
const deviceItemSchema = z.object({
  sub: z.string(),
  /** SHA-256 of the device's id. */
  device: z.string(),
  schema_version: schemaVersion,
  secret_hash: z.string(),
  credentials_changed_at: z.int(),
  known_at: z.int(),
  last_used_at: z.int(),
  /** DynamoDB deletes the item some time after this epoch second. */
  ttl: z.int(),
});

type DeviceItem = z.infer<typeof deviceItemSchema>;

const { is } = conditionsOn<DeviceItem>();

const isAbsent: Condition = { expression: 'attribute_not_exists(device)' };

export const deviceKey = ({ sub, device }: Pick<DevicePair, 'sub' | 'device'>) => ({ sub, device });

/** Stores a pair while it is as it was read: of two sign-ins at once, one gives the device its secret. */
export function devicePut(table: string, pair: PairChange): TransactItem {
  const item: DeviceItem = {
    ...deviceKey(pair),
    schema_version: 1,
    secret_hash: pair.secretHash,
    credentials_changed_at: pair.credentialsChangedAt,
    known_at: pair.knownAt,
    last_used_at: pair.lastUsedAt,
    ttl: pair.lastUsedAt + deviceTtlSeconds,
  };
  const asRead = pair.before === undefined ? isAbsent : is('secret_hash', pair.before);
  return { Put: { TableName: table, Item: item, ...onlyWhile([asRead]) } };
}

/** @param puts how many of the transaction's items, at its head, store a pair */
export function startOutcome(outcome: TransactOutcome, puts: number): StartOutcome {
  if (outcome.committed) return true;
  return outcome.failed.every(({ index }) => index < puts) ? 'pair_changed' : false;
}

/** Takes a pair that is known by one `credentialsChangedAt` over to another, if it has one of the secrets. */
export function deviceTakenOver(
  table: string,
  taken: Pick<DevicePair, 'sub' | 'device'> & {
    readonly from: number;
    readonly to: number;
    readonly secretHashes: readonly string[] | undefined;
  },
) {
  const { from, to, secretHashes } = taken;
  const conditions = [
    is('credentials_changed_at', from),
    ...(secretHashes === undefined ? [] : [hasSecretOf(secretHashes)]),
  ];
  const update = setOnlyWhile<DeviceItem>({ set: { credentials_changed_at: to } }, conditions);
  return { TableName: table, Key: deviceKey(taken), ...update };
}

function hasSecretOf(hashes: readonly string[]): Condition {
  const values = Object.fromEntries(hashes.map((hash, index) => [`:secret${index}`, hash]));
  return { expression: `secret_hash IN (${Object.keys(values).join(', ')})`, values };
}

/** @throws ProblemError `unavailable` for an item that lacks what this release needs. */
export function deviceFromItem(raw: unknown): DevicePair {
  const item = parseItem('device', deviceItemSchema, raw);
  return {
    sub: item.sub,
    device: item.device,
    secretHash: item.secret_hash,
    credentialsChangedAt: item.credentials_changed_at,
    knownAt: item.known_at,
    lastUsedAt: item.last_used_at,
  };
}

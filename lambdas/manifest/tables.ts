import { namesOf } from '../contract/records.ts';

/** How an erasure finds an account's items in a table; `stores/accounts/accountTraces.ts` follows it. */
type ErasedBy =
  /** By keys that follow from the account: the transaction that deletes the account deletes them too. */
  | { readonly by: 'lastStep' }
  /** By the keys of the limits that count for an account's `sub`. */
  | { readonly by: 'limits' }
  /** Not at all, for a reason that the owner can be told. */
  | { readonly by: 'nobody'; readonly because: string };

/**
 * A sparse index of what somebody has to come back to, by when: only items with a shard are in it. A table gets one at
 * most: DynamoDB makes one index in an update of a table.
 */
interface SweepIndex {
  /** The attribute, in epoch seconds, that orders it. */
  readonly dueAt: string;
  /** What it holds of an item besides keys. DynamoDB cannot change that of an index that there is. */
  readonly include: readonly string[];
}

/** The name of each such index, and the attribute by which it is spread. */
export const sweepIndex = { name: 'Sweep', shard: 'sweep_shard' } as const;

/** The key schema of a table, shared by the stores and by the stack that creates it, and what becomes of its items. */
export type TableDefinition = {
  /** Attribute with the epoch second after which DynamoDB may delete the item. */
  readonly ttl?: string;
  /** What the stream carries, if something consumes it. It keeps that for a day, whatever becomes of the items. */
  readonly stream?: 'NEW_IMAGE' | 'KEYS_ONLY';
  /** Whether Lambdas only read what other Lambdas put here. A deployment updates those that read it first. */
  readonly readersFirst?: true;
  /** What a sweep finds things by; `stores/dynamo/sweepIndex.ts` writes its keys and asks it. */
  readonly sweep?: SweepIndex;
} & (
  | { readonly partitionKey: string; readonly sortKey?: string; readonly personalData: false }
  | {
      readonly partitionKey: string;
      readonly sortKey?: string;
      readonly personalData: true;
      readonly erasedBy: ErasedBy;
    }
  /** An account's items are the partition with its `sub`. */
  | {
      readonly partitionKey: 'sub';
      readonly sortKey: string;
      readonly personalData: true;
      readonly erasedBy: { readonly by: 'partition' };
    }
);

export const tables = {
  /**
   * Accounts (`account#<sub>`), the addresses that are taken or reserved (`email#<normalised>`) or were given up
   * (`former#<sub>`), pending registrations (`pending#<id>`).
   */
  Accounts: { partitionKey: 'pk', ttl: 'ttl', personalData: true, erasedBy: { by: 'lastStep' } },
  /** One item a session, which is also its refresh family. Partitioned by subject, so that a list is one query. */
  Sessions: { partitionKey: 'sub', sortKey: 'sid', ttl: 'ttl', personalData: true, erasedBy: { by: 'partition' } },
  /** What an account knows of the devices that it was signed in on, partitioned by subject. It holds hashes alone. */
  Devices: { partitionKey: 'sub', sortKey: 'device', ttl: 'ttl', personalData: true, erasedBy: { by: 'partition' } },
  /** Second factors, partitioned by subject: passkeys, TOTP (encrypted), the hashes of recovery codes. */
  Factors: { partitionKey: 'sub', sortKey: 'id', personalData: true, erasedBy: { by: 'partition' } },
  /**
   * Things that are short-lived or good for one use: resets, changes of address, challenges. It holds hashes of tokens.
   */
  Grants: {
    partitionKey: 'pk',
    ttl: 'ttl',
    // Erasures alone.
    sweep: { dueAt: 'sweep_at', include: ['schema_version', 'sub', 'actor'] },
    personalData: true,
    erasedBy: { by: 'lastStep' },
  },
  /** Mails that are not sent yet. An item is deleted when its mail is sent, and the stream carries no address. */
  MailOutbox: {
    partitionKey: 'job_id',
    ttl: 'ttl',
    stream: 'KEYS_ONLY',
    readersFirst: true,
    sweep: { dueAt: 'retry_at', include: ['retries', 'expires_at', 'owner'] },
    personalData: true,
    erasedBy: {
      by: 'nobody',
      because:
        'A mail is sent within seconds. One that could not be is dropped at its next try, for want of an account.',
    },
  },
  /** Counts of attempts, one item a limit and key. */
  Limits: { partitionKey: 'key', ttl: 'ttl', personalData: true, erasedBy: { by: 'limits' } },
  /** Addresses that get no mail, by a keyed hash. */
  MailSuppressions: {
    partitionKey: 'address_hash',
    personalData: true,
    erasedBy: { by: 'nobody', because: 'It is a hash, and the mailbox must not be written to whoever asks for it.' },
  },
  /**
   * Revocation entries, partitioned by the minute they were written in, so that a full load spreads over partitions.
   */
  Revocations: {
    partitionKey: 'bucket',
    sortKey: 'entry',
    ttl: 'ttl',
    readersFirst: true,
    personalData: true,
    erasedBy: { by: 'nobody', because: 'It names a sub, for as long as an access token of the account may be around.' },
  },
  /** The public half of the signing key ring, where verifiers read it without access to the private half. */
  PublishedKeys: { partitionKey: 'name', readersFirst: true, personalData: false },
  /**
   * Audit events that are not in the log yet, and the keys of some that are. Only such a key has a TTL: nobody but the
   * writer takes an event out.
   */
  AuditOutbox: {
    partitionKey: 'event_id',
    ttl: 'ttl',
    sweep: { dueAt: 'sweep_at', include: [] },
    stream: 'NEW_IMAGE',
    readersFirst: true,
    personalData: true,
    erasedBy: { by: 'nobody', because: 'The audit log keeps its events, which name an account by its sub alone.' },
  },
} as const satisfies Record<string, TableDefinition>;

export type TableName = keyof typeof tables;

type Tables = typeof tables;

/** The tables that have a sweep index. */
export type SweptTable = {
  [Name in TableName]: Tables[Name] extends { readonly sweep: SweepIndex } ? Name : never;
}[TableName];

/** The tables that an erasure goes through before its last step. */
export type TracedTable = {
  [Name in TableName]: Tables[Name] extends { readonly erasedBy: { readonly by: 'partition' | 'limits' } }
    ? Name
    : never;
}[TableName];

const goneThrough: readonly string[] = ['partition', 'limits'];

function isTraced(name: TableName): name is TracedTable {
  const table: TableDefinition = tables[name];
  return table.personalData && goneThrough.includes(table.erasedBy.by);
}

export const tracedTables = namesOf(tables).filter(isTraced);

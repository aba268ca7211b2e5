/** The key schema of every table, shared by the stores and by the stack that creates the tables. */
export interface TableDefinition {
  readonly partitionKey: string;
  readonly sortKey?: string;
  /** Attribute with the epoch second after which DynamoDB may delete the item. */
  readonly ttl?: string;
  /** What the table's stream carries, and keeps for a day whatever becomes of the items, where something consumes it. */
  readonly stream?: 'NEW_IMAGE' | 'KEYS_ONLY';
}

export const tables = {
  /** Accounts (`account#<sub>`), the uniqueness of addresses (`email#<normalised>`), pending registrations (`pending#<id>`). */
  Accounts: { partitionKey: 'pk', ttl: 'ttl' },
  /** One item a session, which is also its refresh family. Partitioned by subject, so that a list is one query. */
  Sessions: { partitionKey: 'sub', sortKey: 'sid', ttl: 'ttl' },
  /** Second factors, partitioned by subject: passkeys, TOTP (encrypted), the hashes of recovery codes. */
  Factors: { partitionKey: 'sub', sortKey: 'id' },
  /** What is short-lived or good for one use: resets, changes of address, challenges; only hashes of tokens. */
  Grants: { partitionKey: 'pk', ttl: 'ttl' },
  /** Counts of attempts, one item a limit and key. */
  Limits: { partitionKey: 'key', ttl: 'ttl' },
  /** Addresses that mail must not go to, by a keyed hash. */
  MailSuppressions: { partitionKey: 'address_hash' },
  /** Revocation entries, partitioned by the minute they were written in, so that a full load spreads over partitions. */
  Revocations: { partitionKey: 'bucket', sortKey: 'entry', ttl: 'ttl' },
  /** The public half of the signing key ring, where verifiers read it without access to the private half. */
  PublishedKeys: { partitionKey: 'name' },
  /** Audit events that are not in the log yet. Without a TTL: nothing leaves but by the writer. */
  AuditOutbox: { partitionKey: 'event_id', stream: 'NEW_IMAGE' },
  /** Mails that are not sent yet; an item goes when its mail has gone, and so does the address: it is not in the stream. */
  MailOutbox: { partitionKey: 'job_id', ttl: 'ttl', stream: 'KEYS_ONLY' },
} as const satisfies Record<string, TableDefinition>;

export type TableName = keyof typeof tables;

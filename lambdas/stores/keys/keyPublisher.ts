import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { KeyPublisher } from '../../core/keys/ports.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { commit, type TransactItem } from '../dynamo/transaction.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { publishedKeysPut } from '../items/publishedKeyItems.ts';
import { type RevocationLifetime, revocationPut } from '../items/revocationItems.ts';
import { readPublishedKeys } from './readPublishedKeys.ts';

export function createKeyPublisher(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'publishedKeys' | 'auditOutbox'>;
  /** Absent for a publisher that never revokes a key. */
  readonly revocations?: { readonly table: string; readonly lifetime: RevocationLifetime };
}): KeyPublisher {
  const { client, tables, revocations } = deps;

  const kidRevocation = (kid: string, nowMs: number): TransactItem => {
    if (!revocations) throw new Error('keys were put out of use, and there is no revocation list to say so');
    const { table, lifetime } = revocations;
    return revocationPut(table, { entry: { kind: 'kid', value: kid }, nowMs, lifetime });
  };

  return {
    find: () => readPublishedKeys(client, tables.publishedKeys),
    publish: async ({ set, nowMs, event, revokedKids = [] }) =>
      commit(client, [
        publishedKeysPut(tables.publishedKeys, set, Math.floor(nowMs / 1000)),
        ...(event ? [auditEventPut(tables.auditOutbox, event)] : []),
        ...revokedKids.map((kid) => kidRevocation(kid, nowMs)),
      ]),
  };
}

import { setTimeout as delay } from 'node:timers/promises';
import {
  BatchWriteCommand,
  type BatchWriteCommandInput,
  DeleteCommand,
  type DynamoDBDocumentClient,
  type NativeAttributeValue,
  paginateQuery,
  paginateScan,
} from '@aws-sdk/lib-dynamodb';
import type { AccountTraces } from '../../core/accounts/ports.ts';
import { unavailable } from '../../core/common/errors.ts';
import { limitsOfSub } from '../../core/limits/limitSubjects.ts';
import { limitItemKey } from '../items/limitItems.ts';

type Key = Record<string, NativeAttributeValue>;

const attempts = 8;
/** The most items that one `BatchWriteItem` takes. */
const batchSize = 25;

/**
 * Deletes every item of a subject's partition. Each deletion stands by itself: the call is not atomic, and is to be
 * repeated when it fails.
 *
 * @throws ProblemError `unavailable`.
 */
export function createPartitionTraces(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
  readonly sortKey: string;
}): AccountTraces {
  const { client, table, sortKey } = deps;
  return {
    remove: ({ sub }) =>
      removePages(
        client,
        table,
        paginateQuery(
          { client, pageSize: batchSize },
          {
            TableName: table,
            KeyConditionExpression: '#sub = :sub',
            ProjectionExpression: '#sub, #sort',
            ExpressionAttributeNames: { '#sub': 'sub', '#sort': sortKey },
            ExpressionAttributeValues: { ':sub': sub },
            ConsistentRead: true,
          },
        ),
      ),
  };
}

/**
 * Deletes the mail jobs to a normalised address, and the account's jobs to another address (the link that confirms a
 * new one). It scans, because the outbox holds unsent mails alone.
 *
 * @throws ProblemError `unavailable`.
 */
export function createMailJobTraces(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
}): AccountTraces {
  const { client, table } = deps;
  return {
    remove: ({ sub, normalizedEmail }) =>
      removePages(
        client,
        table,
        paginateScan(
          { client },
          {
            TableName: table,
            FilterExpression: '#to = :email OR #sub = :sub',
            ProjectionExpression: 'job_id',
            ExpressionAttributeNames: { '#to': 'to', '#sub': 'sub' },
            ExpressionAttributeValues: { ':email': normalizedEmail, ':sub': sub },
            ConsistentRead: true,
          },
        ),
      ),
  };
}

/**
 * Deletes what limits have counted under an account's `sub`.
 *
 * @throws ProblemError `unavailable`.
 */
export function createLimitTraces(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
}): AccountTraces {
  return {
    async remove(account) {
      try {
        await Promise.all(
          limitsOfSub(account).map((decision) =>
            deps.client.send(new DeleteCommand({ TableName: deps.table, Key: limitItemKey(decision) })),
          ),
        );
      } catch (error) {
        throw unavailable(error);
      }
    },
  };
}

async function removePages(
  client: DynamoDBDocumentClient,
  table: string,
  pages: AsyncIterable<{ readonly Items?: Key[] | undefined }>,
): Promise<void> {
  try {
    for await (const { Items: keys = [] } of pages) {
      for (let at = 0; at < keys.length; at += batchSize) await remove(client, table, keys.slice(at, at + batchSize));
    }
  } catch (error) {
    throw unavailable(error);
  }
}

async function remove(client: DynamoDBDocumentClient, table: string, keys: readonly Key[]): Promise<void> {
  let pending: BatchWriteCommandInput['RequestItems'] = {
    [table]: keys.map((Key) => ({ DeleteRequest: { Key } })),
  };
  for (let attempt = 1; pending?.[table]?.length; attempt++) {
    if (attempt > attempts) throw new Error('items were left unprocessed');
    if (attempt > 1) await delay(Math.random() * 25 * 2 ** attempt);
    pending = (await client.send(new BatchWriteCommand({ RequestItems: pending }))).UnprocessedItems;
  }
}

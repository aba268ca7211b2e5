import { DeleteCommand, type DynamoDBDocumentClient, paginateQuery, paginateScan } from '@aws-sdk/lib-dynamodb';
import type { AccountTraces } from '../../core/accounts/ports.ts';
import { unavailable } from '../../core/common/errors.ts';
import { limitsOfSub } from '../../core/limits/limitSubjects.ts';
import { deleteAll } from '../dynamo/batches.ts';
import { type Item, partitionOf } from '../dynamo/reads.ts';
import { limitItemKey } from '../items/limitItems.ts';

/** What one `BatchWriteItem` deletes. */
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
            ...partitionOf(table, sub),
            ProjectionExpression: '#sub, #sort',
            ExpressionAttributeNames: { '#sub': 'sub', '#sort': sortKey },
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
  pages: AsyncIterable<{ readonly Items?: Item[] | undefined }>,
): Promise<void> {
  try {
    for await (const { Items: keys = [] } of pages) await deleteAll(client, { table, keys });
  } catch (error) {
    throw unavailable(error);
  }
}

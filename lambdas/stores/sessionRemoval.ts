import { setTimeout as delay } from 'node:timers/promises';
import {
  BatchWriteCommand,
  type BatchWriteCommandInput,
  type DynamoDBDocumentClient,
  paginateQuery,
} from '@aws-sdk/lib-dynamodb';
import { unavailable } from '../core/errors.ts';

export interface SessionRemoval {
  /** Deletes every session of a subject. Not atomic, and to be repeated when it fails: each deletion stands by itself. */
  removeAll(sub: string): Promise<void>;
}

const attempts = 8;

export function createSessionRemoval(deps: { client: DynamoDBDocumentClient; table: string }): SessionRemoval {
  const { client, table } = deps;

  const remove = async (keys: readonly Record<string, unknown>[]) => {
    let pending: BatchWriteCommandInput['RequestItems'] = {
      [table]: keys.map((key) => ({ DeleteRequest: { Key: key } })),
    };
    for (let attempt = 1; pending?.[table]?.length; attempt++) {
      if (attempt > attempts) throw new Error('sessions were left unprocessed');
      if (attempt > 1) await delay(Math.random() * 25 * 2 ** attempt);
      pending = (await client.send(new BatchWriteCommand({ RequestItems: pending }))).UnprocessedItems;
    }
  };

  return {
    async removeAll(sub) {
      const pages = paginateQuery(
        { client, pageSize: 25 },
        {
          TableName: table,
          KeyConditionExpression: '#sub = :sub',
          ProjectionExpression: '#sub, sid',
          ExpressionAttributeNames: { '#sub': 'sub' },
          ExpressionAttributeValues: { ':sub': sub },
          ConsistentRead: true,
        },
      );
      try {
        for await (const page of pages) if (page.Items?.length) await remove(page.Items);
      } catch (error) {
        throw unavailable(error);
      }
    },
  };
}

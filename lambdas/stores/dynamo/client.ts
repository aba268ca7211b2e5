import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { boundedRequests } from '../../core/common/boundedRequests.ts';

export type DocumentClient = DynamoDBDocumentClient;

/**
 * One client for each Lambda. Its time-outs are short, because after a few seconds a 503 is the better answer. A job
 * that nobody waits for may take longer.
 */
export function createDocumentClient({ attempts = 3, timeoutMs = 2500 } = {}): DocumentClient {
  const client = new DynamoDBClient({ maxAttempts: attempts, requestHandler: boundedRequests(timeoutMs) });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

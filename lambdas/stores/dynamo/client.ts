import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { boundedRequests } from '../../core/common/boundedRequests.ts';

/**
 * One client a Lambda. Short time-outs: a request that cannot be answered in a few seconds is better answered 503. A
 * job that nobody waits for may take more.
 */
export function createDocumentClient({ attempts = 3, timeoutMs = 2500 } = {}): DynamoDBDocumentClient {
  const client = new DynamoDBClient({ maxAttempts: attempts, requestHandler: boundedRequests(timeoutMs) });
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

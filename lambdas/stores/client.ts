import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { boundedRequests } from '../core/boundedRequests.ts';

/** One client a Lambda. Short time-outs: a request that cannot be answered in a few seconds is better answered 503. */
export function createDocumentClient(): DynamoDBDocumentClient {
  return DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 3, requestHandler: boundedRequests(2500) }), {
    marshallOptions: { removeUndefinedValues: true },
  });
}

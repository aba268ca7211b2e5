import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { boundedRequests, type CallBounds, requestCalls } from '../../core/common/boundedRequests.ts';
import { isConflict } from './conflicts.ts';

/** By default those of a request. */
interface DocumentClientOptions extends Partial<CallBounds> {
  /** Is told of each write that met another transaction, before it is tried again. */
  readonly onConflict?: () => void;
}

export type DocumentClient = DynamoDBDocumentClient;

/**
 * One client for each Lambda. Its time-outs are short, because after a few seconds a 503 is the better answer. A job
 * that nobody waits for may take longer.
 */
export function createDocumentClient(options: DocumentClientOptions = {}): DocumentClient {
  const { attempts, timeoutMs, onConflict } = { ...requestCalls, ...options };
  const client = new DynamoDBClient({ maxAttempts: attempts, requestHandler: boundedRequests(timeoutMs) });
  if (onConflict) tellOfConflicts(client, onConflict);
  return DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } });
}

function tellOfConflicts(client: DynamoDBClient, onConflict: () => void): void {
  client.middlewareStack.add(
    (next) => async (args) => {
      try {
        return await next(args);
      } catch (error) {
        if (isConflict(error)) onConflict();
        throw error;
      }
    },
    { step: 'initialize', name: 'tellOfConflicts' },
  );
}

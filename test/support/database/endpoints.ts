import { readFileSync } from 'node:fs';

export interface DatabaseEndpoint {
  readonly name: string;
  readonly endpoint: string;
}

/** The local cloud that the suite's stack runs in. */
export function localCloud(): DatabaseEndpoint | undefined {
  const stackFile = process.env['GATEHOUSE_STACK_FILE'];
  if (!stackFile) return undefined;
  return { name: 'the local cloud', endpoint: String(JSON.parse(readFileSync(stackFile, 'utf8')).endpoint_url) };
}

/**
 * Every DynamoDB that the stores are held against: the local cloud's, and AWS's own where Java and Maven are present.
 */
export function databaseEndpoints(): DatabaseEndpoint[] {
  const dynamodbLocal = process.env['GATEHOUSE_DYNAMODB_LOCAL'];
  return [localCloud(), dynamodbLocal ? { name: 'DynamoDB Local', endpoint: dynamodbLocal } : undefined].filter(
    (endpoint) => endpoint !== undefined,
  );
}

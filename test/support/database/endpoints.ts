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
 * GATEHOUSE_DATABASES names one of them for a run that asks the other elsewhere; where that one is missing, it is what
 * there is.
 */
export function databaseEndpoints(): DatabaseEndpoint[] {
  const dynamodbLocal = process.env['GATEHOUSE_DYNAMODB_LOCAL'];
  const all = [localCloud(), dynamodbLocal ? { name: 'DynamoDB Local', endpoint: dynamodbLocal } : undefined].filter(
    (endpoint) => endpoint !== undefined,
  );
  const wanted = all.filter(({ name }) => name === process.env['GATEHOUSE_DATABASES']);
  return wanted.length > 0 ? wanted : all;
}

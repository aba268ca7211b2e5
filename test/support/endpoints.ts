import { readFileSync } from 'node:fs';

export interface DatabaseEndpoint {
  readonly name: string;
  readonly endpoint: string;
}

/** Every DynamoDB that the stores are held against: the local cloud's, and AWS's own where Java and Maven are present. */
export function databaseEndpoints(): DatabaseEndpoint[] {
  const stackFile = process.env['GATEHOUSE_STACK_FILE'];
  const dynamodbLocal = process.env['GATEHOUSE_DYNAMODB_LOCAL'];
  return [
    ...(stackFile
      ? [{ name: 'the local cloud', endpoint: String(JSON.parse(readFileSync(stackFile, 'utf8')).endpoint_url) }]
      : []),
    ...(dynamodbLocal ? [{ name: 'DynamoDB Local', endpoint: dynamodbLocal }] : []),
  ];
}

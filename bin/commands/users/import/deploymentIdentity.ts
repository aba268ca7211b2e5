import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import type { Deployment } from '../../support/deployment.ts';

/**
 * What tells a deployment from every other, also from one of the same name that was destroyed before: the id that its
 * table of accounts got when it was made.
 */
export async function deploymentIdentity(
  deployment: Deployment,
  client: Pick<DynamoDBClient, 'send'> = new DynamoDBClient({}),
): Promise<string> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: deployment.table('Accounts') }));
  return `${Table?.TableArn} ${Table?.TableId ?? Table?.CreationDateTime?.toISOString()}`;
}

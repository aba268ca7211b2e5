import { UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { accountKey } from '../../../lambdas/stores/items/accountItems.ts';
import type { TestDatabase } from './dynamodb.ts';

/** What a change of password, address or factors does to an account, of which a flow has read it before. */
export async function setCredentialsChangedAt(
  { client, tables }: TestDatabase,
  sub: string,
  at: number,
): Promise<void> {
  await client.send(
    new UpdateCommand({
      TableName: tables.Accounts,
      Key: { pk: accountKey(sub) },
      UpdateExpression: 'SET credentials_changed_at = :at',
      ExpressionAttributeValues: { ':at': at },
    }),
  );
}

import { PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { awsClients } from '../stack/awsClients.ts';
import { stack } from '../stack/stack.ts';

/**
 * Leaves of an account what the first step of an erasure leaves behind, when the Lambda dies after it.
 *
 * @param keys what the sweep finds it by, in the release that writes it
 */
export async function interruptErasure(sub: string, keys: Readonly<Record<string, unknown>>): Promise<void> {
  const { documents } = awsClients();
  const { tables } = stack();
  await documents.send(
    new UpdateCommand({
      TableName: tables['Accounts'],
      Key: { pk: `account#${sub}` },
      UpdateExpression: 'SET #status = :deleting, session_epoch = session_epoch + :one',
      ExpressionAttributeNames: { '#status': 'status' },
      ExpressionAttributeValues: { ':deleting': 'deleting', ':one': 1 },
    }),
  );
  const Item = { pk: `erasure#${sub}`, schema_version: 1, sub, actor: { type: 'subject', id: sub }, ...keys };
  await documents.send(new PutCommand({ TableName: tables['Grants'], Item }));
}

import {
  DeleteCommand,
  type DeleteCommandInput,
  type DynamoDBDocumentClient,
  PutCommand,
  type PutCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { untilNoConflict } from './conflicts.ts';

/*
 * The writes of one item. DynamoDB refuses one while a transaction is at its item (`TransactionConflictException`):
 * each is tried again then. They throw what the SDK throws.
 */

export async function putItem(client: DynamoDBDocumentClient, input: PutCommandInput): Promise<void> {
  await untilNoConflict((options) => client.send(new PutCommand(input), options));
}

export async function updateItem(client: DynamoDBDocumentClient, input: UpdateCommandInput): Promise<void> {
  await untilNoConflict((options) => client.send(new UpdateCommand(input), options));
}

export async function deleteItem(client: DynamoDBDocumentClient, input: DeleteCommandInput): Promise<void> {
  await untilNoConflict((options) => client.send(new DeleteCommand(input), options));
}

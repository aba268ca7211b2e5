import { randomUUID } from 'node:crypto';
import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import {
  DeleteCommand,
  type DeleteCommandInput,
  type DynamoDBDocumentClient,
  PutCommand,
  type PutCommandInput,
  UpdateCommand,
  type UpdateCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { untilNoConflict } from './conflicts.ts';

/*
 * The writes of one item. DynamoDB refuses one while a transaction is at its item (`TransactionConflictException`):
 * each is tried again then. They throw what the SDK throws.
 */

export async function putItem(client: DynamoDBDocumentClient, input: PutCommandInput): Promise<void> {
  await untilNoConflict((options) => client.send(new PutCommand(input), options));
}

/** @returns the attributes that the input asks for (`ReturnValues`) */
export async function updateItem(
  client: DynamoDBDocumentClient,
  input: UpdateCommandInput,
): Promise<Readonly<Record<string, unknown>> | undefined> {
  return (await untilNoConflict((options) => client.send(new UpdateCommand(input), options))).Attributes;
}

export async function deleteItem(client: DynamoDBDocumentClient, input: DeleteCommandInput): Promise<void> {
  await untilNoConflict((options) => client.send(new DeleteCommand(input), options));
}

/** Where an item keeps the name of the last count that it has taken. */
export const lastCount = 'last_count';
const isAnotherCount = '(attribute_not_exists(#last_count) OR #last_count <> :count)';

/**
 * An update that counts, under a condition. The client sends a write again whose answer was lost, and it may have been
 * done: the item keeps the name of its last count, by which the repetition is known, and counts nothing. Only when
 * another count came in between is one counted twice. A transaction would know for certain, at twice the price.
 *
 * @param input its `UpdateExpression` begins with `SET`
 */
export async function countOnce(
  client: DynamoDBDocumentClient,
  input: UpdateCommandInput & { readonly UpdateExpression: string; readonly ConditionExpression: string },
): Promise<Counted> {
  const name = randomUUID().slice(0, 8);
  try {
    const before = await updateItem(client, {
      ...input,
      UpdateExpression: input.UpdateExpression.replace(/^SET /, 'SET #last_count = :count, '),
      ConditionExpression: `(${input.ConditionExpression}) AND ${isAnotherCount}`,
      ExpressionAttributeNames: { ...input.ExpressionAttributeNames, '#last_count': lastCount },
      ExpressionAttributeValues: { ...input.ExpressionAttributeValues, ':count': name },
      ReturnValues: 'UPDATED_OLD',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    });
    return { counted: true, name, before: before ?? {} };
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error;
    const item = unmarshall(error.Item ?? {});
    return item[lastCount] === name ? { counted: true, name, before: undefined } : { counted: false, item };
  }
}

type Attributes = Readonly<Record<string, unknown>>;

export type Counted =
  /** `before`: what the attributes were that it has changed; undefined where the answer was lost. */
  | { readonly counted: true; readonly name: string; readonly before: Attributes | undefined }
  /** The condition did not hold: the item as it was. */
  | { readonly counted: false; readonly item: Attributes };

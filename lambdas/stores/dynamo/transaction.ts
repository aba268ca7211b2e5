import { randomUUID } from 'node:crypto';
import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import {
  type DynamoDBDocumentClient,
  TransactWriteCommand,
  type TransactWriteCommandInput,
} from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import { unavailable } from '../../core/common/errors.ts';
import { untilNoConflict } from './conflicts.ts';

export type TransactItem = NonNullable<TransactWriteCommandInput['TransactItems']>[number];

/** What became of a transaction: committed, or the items whose condition failed. */
export type TransactOutcome =
  | { readonly committed: true }
  | { readonly committed: false; readonly failed: readonly FailedCondition[] };

export interface FailedCondition {
  readonly index: number;
  /**
   * The stored item, if there was one and the transaction asked for it (`ReturnValuesOnConditionCheckFailure:
   * 'ALL_OLD'`).
   */
  readonly item: Record<string, unknown> | undefined;
}

/**
 * Writes all items or none (`TransactWriteItems`).
 *
 * A *conflict* with another transaction says nothing about the stored state. It is retried with jitter, then reported
 * as 503 with `Retry-After`, and never taken for a failed condition.
 *
 * All attempts of a call have one token (`ClientRequestToken`): what was committed while its answer was lost is not
 * written twice, nor taken for a failed condition.
 *
 * @returns which conditions failed, with the items as they were.
 * @throws ProblemError `unavailable` when conflicts persist or the table cannot be reached.
 */
export async function transact(client: DynamoDBDocumentClient, items: TransactItem[]): Promise<TransactOutcome> {
  const input = { TransactItems: items, ClientRequestToken: randomUUID() };
  try {
    await untilNoConflict((options) => client.send(new TransactWriteCommand(input), options));
    return { committed: true };
  } catch (error) {
    const failed = error instanceof TransactionCanceledException ? failedConditions(error) : [];
    if (failed.length === 0) throw unavailable(error);
    return { committed: false, failed };
  }
}

/**
 * Writes all items or none, for a caller to whom all conditions are one.
 *
 * @returns whether they held; nothing is written when any did not.
 * @throws ProblemError `unavailable` as `transact` does.
 */
export async function commit(client: DynamoDBDocumentClient, items: TransactItem[]): Promise<boolean> {
  return (await transact(client, items)).committed;
}

function failedConditions(error: TransactionCanceledException): FailedCondition[] {
  return (error.CancellationReasons ?? []).flatMap((reason, index) =>
    reason.Code === 'ConditionalCheckFailed' ? [{ index, item: reason.Item && unmarshall(reason.Item) }] : [],
  );
}

import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, UpdateCommand } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { LimitName, Limits } from '../../contract/limits.ts';
import type { Clock } from '../../core/common/clock.ts';
import { unavailable } from '../../core/common/errors.ts';
import { isStreakLimit, type LimitDecision, type LimitOutcome } from '../../core/limits/limitDecision.ts';
import { type LimitWrite, limitItemKey, streakWrite, windowWrite } from '../items/limitItems.ts';

export interface LimitCounter {
  /**
   * Decides and counts in one conditional write: of any number at once exactly as many are admitted as the limit has room
   * for. A refusal writes nothing, and is told from the item that the failed condition gives back.
   *
   * @throws ProblemError `unavailable` when the table does not answer: nobody is admitted then.
   */
  consume(decision: LimitDecision): Promise<LimitOutcome>;
}

export function createLimitCounter(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
  readonly limits: Limits;
  readonly clock: Clock;
}): LimitCounter {
  const { client, table, limits, clock } = deps;

  const writeOf = (name: LimitName): LimitWrite => {
    const limit = limits[name];
    const nowMs = clock();
    return isStreakLimit(limit) ? streakWrite(name, limit, nowMs) : windowWrite(name, limit, nowMs);
  };

  return {
    async consume({ limit, key }) {
      const { expressions, window, refusal } = writeOf(limit);
      try {
        await client.send(
          new UpdateCommand({
            TableName: table,
            Key: limitItemKey({ limit, key }),
            ...expressions,
            ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
          }),
        );
        return { admitted: true, receipt: { limit, key, window } };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw unavailable(error);
        return { admitted: false, refusal: refusal(unmarshall(error.Item ?? {})) };
      }
    },
  };
}

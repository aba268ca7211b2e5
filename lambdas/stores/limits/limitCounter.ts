import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { unmarshall } from '@aws-sdk/util-dynamodb';
import type { LimitName, Limits } from '../../contract/limits.ts';
import type { Clock } from '../../core/common/clock.ts';
import { unavailable } from '../../core/common/errors.ts';
import { isStreakLimit } from '../../core/limits/limitDecision.ts';
import type { LimitCounter } from '../../core/limits/ports.ts';
import { updateItem } from '../dynamo/writes.ts';
import { type LimitWrite, limitItemKey, streakWrite, windowWrite } from '../items/limitItems.ts';

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
        await updateItem(client, {
          TableName: table,
          Key: limitItemKey({ limit, key }),
          ...expressions,
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
        });
        return { admitted: true, receipt: { limit, key, window } };
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw unavailable(error);
        return { admitted: false, refusal: refusal(unmarshall(error.Item ?? {})) };
      }
    },
  };
}

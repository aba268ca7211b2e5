import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { LimitName, Limits } from '../../contract/limits.ts';
import type { Clock } from '../../core/common/clock.ts';
import { throwUnavailable } from '../../core/common/errors.ts';
import { isStreakLimit } from '../../core/limits/limitDecision.ts';
import type { LimitCounter } from '../../core/limits/ports.ts';
import { countOnce } from '../dynamo/writes.ts';
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
      const Key = limitItemKey({ limit, key });
      const full = await countOnce(client, { TableName: table, Key, ...expressions }).catch(throwUnavailable);
      return full ? { admitted: false, refusal: refusal(full) } : { admitted: true, receipt: { limit, key, window } };
    },
  };
}

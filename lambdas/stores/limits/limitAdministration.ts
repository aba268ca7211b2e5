import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { Limits } from '../../contract/limits.ts';
import { type Clock, epochSeconds } from '../../core/common/clock.ts';
import { continuesStreak, streakRetryAfter } from '../../core/limits/attemptStreak.ts';
import { isStreakLimit } from '../../core/limits/limitDecision.ts';
import type { LimitAdministration } from '../../core/limits/ports.ts';
import { isAdmitted, windowIndex, windowRetryAfter } from '../../core/limits/slidingWindow.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { transact } from '../dynamo/transaction.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { attemptStreak, limitItemKey, windowCounts } from '../items/limitItems.ts';

export function createLimitAdministration(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly tables: Pick<TableNames, 'limits' | 'auditOutbox'>;
  readonly limits: Limits;
  readonly clock: Clock;
}): LimitAdministration {
  const { client, tables, limits, clock } = deps;
  return {
    async read(decision) {
      const { Item = {} } = await client.send(
        new GetCommand({ TableName: tables.limits, Key: limitItemKey(decision), ConsistentRead: true }),
      );
      return { ...decision, ...standing(limits[decision.limit], Item, clock) };
    },
    async reset({ decisions, event }) {
      await transact(client, [
        ...decisions.map((decision) => ({ Delete: { TableName: tables.limits, Key: limitItemKey(decision) } })),
        auditEventPut(tables.auditOutbox, event),
      ]);
    },
  };
}

function standing(limit: Limits[keyof Limits], item: unknown, clock: Clock) {
  const nowMs = clock();
  if (isStreakLimit(limit)) {
    const streak = attemptStreak(item);
    const now = epochSeconds(clock);
    return {
      counted: streak.attempts,
      retryAfterSeconds: continuesStreak(limit, streak, now) ? 0 : streakRetryAfter(limit, streak, now),
    };
  }
  const counts = windowCounts(item, windowIndex(limit, nowMs));
  return {
    counted: counts.previous + counts.current,
    retryAfterSeconds: isAdmitted(limit, counts, nowMs) ? 0 : windowRetryAfter(limit, counts, nowMs),
  };
}

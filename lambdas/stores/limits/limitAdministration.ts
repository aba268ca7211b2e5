import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { AuditEvent } from '../../contract/auditEvents.ts';
import type { Limits } from '../../contract/limits.ts';
import { type Clock, epochSeconds } from '../../core/common/clock.ts';
import { continuesStreak, streakRetryAfter } from '../../core/limits/attemptStreak.ts';
import { isStreakLimit, type LimitDecision } from '../../core/limits/limitDecision.ts';
import { isAdmitted, windowIndex, windowRetryAfter } from '../../core/limits/slidingWindow.ts';
import type { TableNames } from '../dynamo/tableNames.ts';
import { transact } from '../dynamo/transaction.ts';
import { auditEventPut } from '../items/auditOutboxItems.ts';
import { attemptStreak, limitItemKey, windowCounts } from '../items/limitItems.ts';

/** Where a limit stands for one key. */
export interface LimitStanding extends LimitDecision {
  /** In this window and the one before; of a streak, the attempts in a row. */
  readonly counted: number;
  /** Seconds until one more is admitted; 0 if it would be now. */
  readonly retryAfterSeconds: number;
}

/** What an operator may do to limits. */
export interface LimitAdministration {
  /** Consistent, and without counting anything. */
  read(decision: LimitDecision): Promise<LimitStanding>;
  /** Forgets what was counted for some keys, and records it, in one transaction. */
  reset(input: { readonly decisions: readonly LimitDecision[]; readonly event: AuditEvent }): Promise<void>;
}

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

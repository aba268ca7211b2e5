import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { LimitName, Limits } from '../../contract/limits.ts';
import type { Clock } from '../../core/common/clock.ts';
import { throwUnavailable } from '../../core/common/errors.ts';
import { isStreakLimit, type LimitDecision, type LimitOutcome } from '../../core/limits/limitDecision.ts';
import type { LimitCounter, OrderedLimits } from '../../core/limits/ports.ts';
import type { LimitRefusal } from '../../core/limits/rateLimited.ts';
import { countOnce } from '../dynamo/writes.ts';
import { type LimitWrite, lastAttemptAt, limitItemKey, streakWrite, windowWrite } from '../items/limitItems.ts';
import { giveBackOne } from './givenBack.ts';

export function createLimitCounter(deps: {
  readonly client: DynamoDBDocumentClient;
  readonly table: string;
  readonly limits: Limits;
  readonly clock: Clock;
}): LimitCounter & OrderedLimits {
  const { client, table, limits, clock } = deps;

  const writeOf = (name: LimitName): LimitWrite => {
    const limit = limits[name];
    const nowMs = clock();
    return isStreakLimit(limit) ? streakWrite(name, limit, nowMs) : windowWrite(name, limit, nowMs);
  };

  const consume = async ({ limit, key }: LimitDecision): Promise<LimitOutcome> => {
    const { expressions, window, refusal } = writeOf(limit);
    const Key = limitItemKey({ limit, key });
    const counted = await countOnce(client, { TableName: table, Key, ...expressions }).catch(throwUnavailable);
    if (!counted.counted) return { admitted: false, refusal: refusal(counted.item) };
    const { name, before } = counted;
    return {
      admitted: true,
      receipt: { limit, key, window, ...(before && { own: { name, lastAt: lastAttemptAt(before) } }) },
    };
  };

  const giveBack: OrderedLimits['giveBack'] = async (receipts) => {
    await Promise.allSettled(receipts.map((receipt) => giveBackOne(client, table, receipt)));
  };

  return {
    consume,
    giveBack,
    async consumeInOrder(decisions) {
      const counted = await Promise.allSettled(decisions.map(consume));
      const outcomes = counted.map((one) => (one.status === 'fulfilled' ? one.value : undefined));
      const receipts = outcomes.map((outcome) => (outcome?.admitted ? outcome.receipt : undefined));
      const end = receipts.indexOf(undefined);
      if (end === -1) return { receipts: receipts.filter((receipt) => receipt !== undefined), refusal: undefined };
      await giveBack(receipts.slice(end).filter((receipt) => receipt !== undefined));
      const failure = counted[end];
      if (failure?.status === 'rejected') throw failure.reason;
      return {
        receipts: receipts.slice(0, end).filter((receipt) => receipt !== undefined),
        refusal: refusalOf(outcomes[end]),
      };
    },
  };
}

function refusalOf(outcome: LimitOutcome | undefined): LimitRefusal | undefined {
  return outcome?.admitted === false ? outcome.refusal : undefined;
}

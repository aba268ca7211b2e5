import type { UpdateCommandInput } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod/mini';
import type { LimitName, StreakLimit, WindowLimit } from '../../contract/limits.ts';
import { type AttemptStreak, streakRetryAfter, streakSteps } from '../../core/limits/attemptStreak.ts';
import type { LimitDecision, LimitReceipt } from '../../core/limits/limitDecision.ts';
import type { LimitRefusal } from '../../core/limits/rateLimited.ts';
import { type WindowCounts, windowIndex, windowRetryAfter, windowSteps } from '../../core/limits/slidingWindow.ts';
import { parseItem } from '../dynamo/parseItem.ts';
import { lastCount } from '../dynamo/writes.ts';

/** The one write that decides and counts, and the meaning of its refusal. */
export interface LimitWrite {
  readonly expressions: Pick<UpdateCommandInput, 'ExpressionAttributeNames' | 'ExpressionAttributeValues'> & {
    readonly UpdateExpression: string;
    readonly ConditionExpression: string;
  };
  /** The window that it counts in; undefined for a streak. */
  readonly window: number | undefined;
  /** @param item as it was when the condition failed */
  refusal(item: unknown): LimitRefusal;
}

export function limitItemKey({ limit, key }: LimitDecision): { readonly key: string } {
  return { key: `${limit}#${key}` };
}

/** Each window is an attribute of its own. A new one is absent, which counts as zero. */
function windowAttribute(index: number): string {
  return `w${index}`;
}

/** Where an attempt was counted. */
export function countedAttribute({ window }: Pick<LimitReceipt, 'window'>): string {
  return window === undefined ? 'attempts' : windowAttribute(window);
}

/**
 * How many old windows a write removes, if they are there. An item that is written less often leaves some behind; they
 * go with the item, by its TTL.
 */
const forgottenWindows = 32;

/** The rule of `core/limits/slidingWindow.ts` as one write, which needs no earlier read. */
export function windowWrite(name: LimitName, limit: WindowLimit, nowMs: number): LimitWrite {
  const index = windowIndex(limit, nowMs);
  const steps = windowSteps(limit, nowMs);
  const old = Array.from({ length: forgottenWindows }, (_, age) => windowAttribute(index - 2 - age));
  const conditions = steps
    .filter(({ room }) => room > 0)
    .map((_, step) => `(#previous <= :p${step} AND (attribute_not_exists(#current) OR #current < :r${step}))`);
  return {
    window: index,
    expressions: {
      UpdateExpression: `SET #current = if_not_exists(#current, :zero) + :one, #ttl = :ttl REMOVE ${old.join(', ')}`,
      ConditionExpression: [
        '(attribute_not_exists(#previous) AND (attribute_not_exists(#current) OR #current < :maximum))',
        ...conditions,
      ].join(' OR '),
      ExpressionAttributeNames: {
        '#current': windowAttribute(index),
        '#previous': windowAttribute(index - 1),
        '#ttl': 'ttl',
      },
      ExpressionAttributeValues: {
        ':zero': 0,
        ':one': 1,
        ':maximum': limit.maximum,
        // This window counts until the next has passed.
        ':ttl': (index + 2) * limit.windowSeconds,
        ...Object.fromEntries(
          steps.flatMap(({ previousUpTo, room }, step) =>
            room > 0
              ? [
                  [`:p${step}`, previousUpTo],
                  [`:r${step}`, room],
                ]
              : [],
          ),
        ),
      },
    },
    refusal: (item) => ({
      limit: name,
      quota: limit.maximum,
      windowSeconds: limit.windowSeconds,
      retryAfterSeconds: windowRetryAfter(limit, windowCounts(item, index), nowMs),
    }),
  };
}

/** What an item says of a window and of the one before. */
export function windowCounts(item: unknown, index: number): WindowCounts {
  const counts = parseItem('limit', z.record(z.string(), z.unknown()), item);
  const countOf = (window: number) => parseItem('limit', z._default(z.int(), 0), counts[windowAttribute(window)]);
  return { previous: countOf(index - 1), current: countOf(index) };
}

/** The rule of `core/limits/attemptStreak.ts` as one write. */
export function streakWrite(name: LimitName, limit: StreakLimit, nowMs: number): LimitWrite {
  const now = Math.floor(nowMs / 1000);
  const steps = streakSteps(limit, now);
  const conditions = steps.map(
    ({ lastUpTo }, step) => `(attempts < :a${step}${lastUpTo === undefined ? '' : ` AND last_at <= :l${step}`})`,
  );
  return {
    window: undefined,
    expressions: {
      UpdateExpression: 'SET attempts = if_not_exists(attempts, :zero) + :one, last_at = :now, #ttl = :ttl',
      ConditionExpression: ['attribute_not_exists(attempts)', ...conditions].join(' OR '),
      ExpressionAttributeNames: { '#ttl': 'ttl' },
      ExpressionAttributeValues: {
        ':zero': 0,
        ':one': 1,
        ':now': now,
        ':ttl': now + limit.rememberSeconds,
        ...Object.fromEntries(
          steps.flatMap(({ attemptsBelow, lastUpTo }, step) => [
            [`:a${step}`, attemptsBelow],
            ...(lastUpTo === undefined ? [] : [[`:l${step}`, lastUpTo]]),
          ]),
        ),
      },
    },
    refusal: (item) => ({
      limit: name,
      quota: limit.freeAttempts,
      windowSeconds: undefined,
      retryAfterSeconds: streakRetryAfter(limit, attemptStreak(item), now),
    }),
  };
}

const streakSchema = z.object({
  key: z.optional(z.string()),
  attempts: z._default(z.int(), 0),
  last_at: z._default(z.int(), 0),
  [lastCount]: z.optional(z.string()),
  ttl: z.optional(z.int()),
});

/** When the last attempt of a streak was, by what an item said before a write. */
export function lastAttemptAt(before: Readonly<Record<string, unknown>>): number | undefined {
  return parseItem('limit', z.optional(z.int()), before['last_at']);
}

/** What an item says of a streak. */
export function attemptStreak(item: unknown): AttemptStreak {
  const { attempts, last_at } = parseItem('limit', streakSchema, item);
  return { attempts, lastAt: last_at };
}

import type { Command } from 'commander';
import type { LimitName, Limits, StreakLimit, WindowLimit } from '../../../lambdas/contract/limits.ts';
import { isStreakLimit } from '../../../lambdas/core/limits/limitDecision.ts';
import { contextOf } from '../support/globals.ts';
import { table } from '../support/output.ts';
import { deployedLimits } from './deployed.ts';

export function addList(limits: Command): void {
  limits
    .command('list')
    .description('shows the limits as they are deployed')
    .addHelpText(
      'after',
      `
They are set in lambdas/contract/limits.ts, or with -c limits='{"signInPerAddress": …}' when it is deployed.

Examples:
  $ npx gatehouse limits list
  $ npx gatehouse limits list --stage prod --json`,
    )
    .action(async (_options: unknown, command: Command) => {
      const { output, deployment } = contextOf(command);
      const deployed = await deployedLimits(await deployment());
      await output.result(deployed, () => limitTable(deployed));
    });
}

export function limitTable(limits: Limits): string {
  const names = Object.keys(limits).filter((name): name is LimitName => name in limits);
  return table({ head: ['limit', 'allows'], rows: names.map((name) => [name, allowance(limits[name])]) });
}

function allowance(limit: WindowLimit | StreakLimit): string {
  if (!isStreakLimit(limit)) return `${limit.maximum} in ${duration(limit.windowSeconds)}`;
  const pauses = limit.pauses.map(({ upTo, seconds }) => `one in ${duration(seconds)} up to ${upTo}`);
  return [`${limit.freeAttempts} failures in a row`, ...pauses, 'none after that'].join(', ');
}

/** The largest whole unit. */
export function duration(seconds: number): string {
  const units = [
    ['day', 86_400],
    ['hour', 3600],
    ['minute', 60],
  ] as const;
  for (const [unit, length] of units) {
    if (seconds % length === 0 && seconds >= length) return plural(seconds / length, unit);
  }
  return plural(seconds, 'second');
}

function plural(count: number, unit: string): string {
  return `${count} ${unit}${count === 1 ? '' : 's'}`;
}

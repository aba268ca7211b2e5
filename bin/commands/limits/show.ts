import type { Command } from 'commander';
import { contextOf } from '../support/globals.ts';
import { table } from '../support/output.ts';
import { openLimits } from './deployed.ts';
import { duration } from './list.ts';

export function addShow(limits: Command): void {
  limits
    .command('show')
    .description('shows what was counted for an account, an e-mail address or a source address')
    .argument('<who>', 'address, sub or IP address')
    .option('--from <ip>', 'also what the account was tried from there')
    .addHelpText(
      'after',
      `
For "I cannot get in": a sign-in that a limit refuses is told by when it will be admitted again.

Examples:
  $ npx gatehouse limits show ada@example.com --from 203.0.113.7
  $ npx gatehouse limits show 2001:db8::1 --stage prod`,
    )
    .action(async (who: string, { from }: { from?: string }, command: Command) => {
      const { output, deployment } = contextOf(command);
      const { administration, subject } = await openLimits(await deployment());
      const { decisions } = await subject(who, from);
      const standings = await Promise.all(decisions.map((decision) => administration.read(decision)));
      const views = standings.map(({ limit, counted, retryAfterSeconds }) => ({
        limit,
        counted,
        retry_after_seconds: retryAfterSeconds,
      }));
      await output.result(views, () =>
        table({
          head: ['limit', 'counted', 'the next one'],
          rows: views.map((view) => [
            view.limit,
            `${view.counted}`,
            view.retry_after_seconds === 0 ? 'admitted' : `refused for ${duration(view.retry_after_seconds)}`,
          ]),
        }),
      );
    });
}

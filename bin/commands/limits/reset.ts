import type { Command } from 'commander';
import { accountEvent, operatorEvent } from '../../../lambdas/core/audit/auditEvent.ts';
import { systemClock } from '../../../lambdas/core/common/clock.ts';
import { contextOf } from '../support/globals.ts';
import { callerIdentity } from '../support/operator.ts';
import { openLimits } from './deployed.ts';

export function addReset(limits: Command): void {
  limits
    .command('reset')
    .description('forgets what was counted for an account, an e-mail address or a source address')
    .argument('<who>', 'address, sub or IP address')
    .option('--from <ip>', 'also what the account was tried from there')
    .addHelpText(
      'after',
      `
Whoever was guessing may begin anew, too: look with \`limits show\` first. The owner needs no reset on a device that the
account knows, or after setting a new password.

Examples:
  $ npx gatehouse limits reset ada@example.com --from 203.0.113.7 --stage prod`,
    )
    .action(async (who: string, { from }: { from?: string }, command: Command) => {
      const { output, deployment } = contextOf(command);
      const { administration, subject } = await openLimits(await deployment());
      const [{ account, decisions }, operator] = await Promise.all([subject(who, from), callerIdentity()]);
      const reset = decisions.map(({ limit }) => limit);
      const event = { type: 'limits.reset', nowMs: systemClock(), details: { limits: reset.join(' ') } } as const;
      await administration.reset({
        decisions,
        event: account ? accountEvent(account, { ...event, by: operator }) : operatorEvent(operator, event),
      });
      await output.result({ reset }, () => `${who} begins anew: ${reset.join(', ')}`);
    });
}
